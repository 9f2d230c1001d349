def irgendwas(conversation)
    return True
