def fragt_nach(conversation):
    return any("?" in reply["text"] for reply in conversation["replies"])


def redet_wenig(conversation, given):
    return all(len(reply["text"].split()) <= given["hoechstens"] for reply in conversation["replies"])
