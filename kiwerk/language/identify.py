"""Which language a text is in, told by its most common small words and letters that only one language has.

Made to tell an agent's reply in the wrong language from one in the right language, not to name any language of
the world. Names, numbers and loan words ("Okay", "Smartphone") say nothing. How well it does is measured in the tests.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

_WORDS = {
    "de": "der die das und ist nicht ich sie wir ihr ihnen ihre ihren ein eine einen einem einer zu den dem des mit "
    "für auf von im am um uhr sich auch es wie kann können haben habe hat sind werden wird bei noch nur dass "
    "wenn aber oder aus nach bitte danke guten tag ja nein mir mich uns soll möchten gern gerne dann war du "
    "dein dir keine kein alles vielen dank hier heute morgen schon sehr mein meine dazu leider gibt über "
    "unter zur zum vom beim "
    "in was dich deine deinem deinen deiner ihrem ihrer jetzt jede jeder jedes also",
    "en": "the and is are was were not i you he she we they it a an to of in for on with at this that your my our "
    "can could would will have has had be been do does did please thanks thank yes no how what when where "
    "which there here but or if from by about so just very like would me us them his her their am its it's "
    "don't i'm that's as know out good get got all more up",
    "es": "el la los las un una y es no que de en para por con su se lo como está son usted puede pero gracias "
    "buenos días sí muy del al le mi nos qué cuando hay más",
    "fr": "le la les un une et est pas que de des du en pour avec vous nous je il elle ce cette sur au aux dans "
    "votre vos merci bonjour oui non mais ou qui plus être avez êtes puis c'est d'un à",
    "it": "il lo la gli le un una e è non che di del della per con si sono come può ma grazie buongiorno sì suo sua "
    "nel alle dalle anche più ho ha mi ci vi",
    "nl": "de het een en is niet ik je u wij we ze van te op met voor dat die aan er om ook kan kunt hebben heeft "
    "zijn wordt bij naar uw maar of dank goedendag ja nee wel geen deze dit",
    "pl": "i w na z nie to się że jest do o jak po co tak za od dla pan pani są czy ma może proszę dziękuję dzień "
    "dobry ale mam mogę już tylko nas",
    "tr": "ve bir bu için de da ne mi mı ile çok var yok evet hayır siz ben biz lütfen teşekkür ederim merhaba iyi "  # noqa: RUF001 - Turkish has an i without a dot
    "günler olarak daha gibi ama saat randevu size",
}
_LETTERS = {"de": "ßä", "es": "ñ¿¡", "fr": "œ", "pl": "łąęśżźń", "tr": "ğış"}
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_QUOTED = re.compile(r"„[^“”\"]*[“”\"]|“[^”]*”|\"[^\"]*\"|»[^«]*«")
LANGUAGES = tuple(_WORDS)


def identify_language(text: str) -> str | None:
    """Tag of the language most of the text is in, among `LANGUAGES`; None where it cannot be told.

    Quoted passages do not count, unless the text is nothing else.
    """
    text = unicodedata.normalize("NFC", text)
    unquoted = _QUOTED.sub(" ", text)
    words = [word.lower().replace("’", "'") for word in _WORD.findall(unquoted if _WORD.search(unquoted) else text)]
    points = {
        language: sum(2 if word in only else 1 for word in words if word in known)
        + 2 * sum(any(letter in word for letter in _LETTERS.get(language, "")) for word in words)
        for language, (known, only) in _vocabulary().items()
    }
    best, second, *_ = sorted(points.items(), key=lambda item: -item[1])
    return best[0] if best[1] > second[1] else None


@cache
def _vocabulary() -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """Words of each language, and those of them that no other language here has."""
    sets = {language: frozenset(words.split()) for language, words in _WORDS.items()}
    return {
        language: (words, words.difference(*(other for name, other in sets.items() if name != language)))
        for language, words in sets.items()
    }
