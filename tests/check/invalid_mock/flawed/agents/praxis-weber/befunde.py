def suchen(args):
    if args["beginn"]
        return {"outcome": "frei"}
