import functools

HEUTE = 3


def pruefen(args, state):
    return {"outcome": "frei" if args["beginn"] in state["frei"] else "belegt"}


@functools.cache
def hilfe(anything):
    return anything


def buchen(state, args, *, now=None, random):
    return {"outcome": random.choice(["frei", "belegt"])}
