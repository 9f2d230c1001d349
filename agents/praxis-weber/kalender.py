"""Was der Kalender auf `finden`, `verlegen` und `absagen` antwortet; `pruefen` und `buchen` stehen in kalender.yaml."""


def finden(args, state):
    beginne = [termin["beginn"] for termin in state["termine"] if termin["name"] == args["name"]]
    return {"outcome": "gefunden" if beginne else "keiner", "result": {"termine": beginne}}


def verlegen(args, state):
    termin = suche(state, args["name"], args["bisher"])
    if termin is None:
        return {"outcome": "unbekannt", "result": {"fehler": "Diesen Termin gibt es nicht"}}
    if args["beginn"] not in state["frei"]:
        return {"outcome": "belegt", "result": {"fehler": "Termin nicht mehr frei", "alternativen": state["frei"]}}
    state["frei"].remove(args["beginn"])
    state["frei"].append(args["bisher"])
    state["termine"].remove(termin)
    state["termine"].append({"beginn": args["beginn"], "name": args["name"]})
    return {"outcome": "ok", "result": {"beginn": args["beginn"]}}


def absagen(args, state):
    termin = suche(state, args["name"], args["beginn"])
    if termin is None:
        return {"outcome": "unbekannt", "result": {"fehler": "Diesen Termin gibt es nicht"}}
    state["termine"].remove(termin)
    state["frei"].append(args["beginn"])
    return {"outcome": "ok", "result": {"abgesagt": True}}


def suche(state, name, beginn):
    return next((termin for termin in state["termine"] if (termin["name"], termin["beginn"]) == (name, beginn)), None)
