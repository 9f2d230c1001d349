def fragt_nach(conversation):
    return any("?" in reply["text"] for reply in conversation["replies"])


def redet_wenig(transcript):
    return True
