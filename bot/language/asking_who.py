"""How people ask whether they talk to a machine, by language: data for short_answers.py.

Patterns are for whole messages, in lower case, without punctuation and accents.
"""

from __future__ import annotations

import re
from collections.abc import Mapping


def _asks(openers: str, tail: str, *questions: str) -> re.Pattern[str]:
    return re.compile(rf"(?:(?:{openers}) )*?(?:{'|'.join(questions)})(?: (?:{tail}))*")


_IT = r"(?:(?:chat ?)?bot|robot|machine|computer|program|ai|human(?: being)?|person|real(?: (?:person|human))?)"
_ES = r"(?:(?:chat ?)?bot|roboter|maschine|computer|programm|ki|mensch|person|echt(?:er mensch|e person)?)"
_CA = r"(?:robot|bot|machine|ordinateur|programme|ia|humaine?|personne(?: reelle)?|vraie? (?:personne|humain))"
_ESO = r"(?:robot|bot|maquina|ordenador|programa|ia|humano|humana|persona(?: real| de verdad)?|real)"

ASKING_WHO: Mapping[str, re.Pattern[str]] = {
    "de": _asks(
        r"hallo|hi|hey|sag mal|und|aber|entschuldigung|moment|ah|oh|ok",
        r"eigentlich|uberhaupt|jetzt|gerade|etwa|hier|denn|oder|bitte",
        rf"(?:bist du|sind sie)(?: (?:eigentlich|etwa|denn|wirklich|ein|eine|nur))* {_ES}"
        rf"(?: oder (?:ein |eine )?{_ES})?",
        rf"(?:rede|spreche|schreibe|chatte) ich(?: (?:hier|gerade|mit|einem|einer|wirklich|eigentlich|nur))*"
        rf" {_ES}(?:en)?"
        rf"(?: oder (?:mit )?(?:einem |einer )?{_ES}(?:en)?)?",
        rf"ist (?:das|da)(?: (?:hier|ein|eine|nur|wirklich))* {_ES}|(?:wer|was) (?:bist du|sind sie)",
    ),
    "en": _asks(
        r"hi|hello|hey|so|wait|ok|okay|sorry|um+|but|and|just curious|lol|excuse me|by the way|btw",
        r"then|actually|here|or what|please|right|btw|by the way",
        rf"(?:are|r) (?:you|u)(?: (?:really|actually|even|just|only|a|an|the))* {_IT}"
        rf"(?: or(?: (?:a|an|just))* {_IT})?",
        r"(?:am i|i am|i'?m) (?:really |actually |just )?(?:talking|speaking|chatting|writing|texting) (?:to|with)"
        rf"(?: (?:a|an|just|some))* {_IT}(?: or(?: (?:a|an|just))* {_IT})?",
        rf"(?:is this|is that|is it|this is|you'?re|you are)(?: (?:just|only|really|a|an))* {_IT}"
        rf"(?: or(?: (?:a|an|just))* {_IT})?|(?:who|what) (?:are|r) (?:you|u)"
        r"|who am i (?:talking|speaking) (?:to|with)",
    ),
    "es": _asks(
        r"hola|oye|perdona|disculpe|y|pero|espera|ah|oh",
        r"o que|verdad|aqui|acaso|por favor",
        rf"(?:eres|es usted|es)(?: (?:realmente|solo|un|una|de verdad))* {_ESO}(?: o (?:un |una )?{_ESO})?",
        rf"(?:estoy )?(?:hablo|hablando|chateando|escribiendo)(?: (?:con|un|una|realmente))* {_ESO}"
        rf"(?: o (?:con )?(?:un |una )?{_ESO})?",
        rf"esto es(?: (?:un|una|solo))* {_ESO}|(?:quien|que) (?:eres|es usted)|con quien (?:hablo|estoy hablando)",
    ),
    "fr": _asks(
        r"bonjour|salut|dites|dis|et|mais|pardon|attendez|euh+|ah|oh",
        r"ou quoi|la|ici|au fait|en fait|svp",
        rf"(?:etes vous|vous etes|es tu|tu es|t'es)(?: (?:vraiment|juste|un|une|bien))* {_CA}"
        rf"(?: ou (?:un |une )?{_CA})?",
        rf"(?:est ce que )?(?:je parle|je discute|j'ecris|parle je)(?: (?:a|avec|un|une|vraiment))* {_CA}"
        rf"(?: ou (?:a |avec )?(?:un |une )?{_CA})?",
        rf"(?:est ce|c'est|est ce que c'est)(?: (?:un|une|juste|vraiment))* {_CA}"
        r"|(?:qui|qu'est ce que|que) (?:etes vous|es tu)"
        r"|(?:vous etes|tu es|t'es) qui|a qui (?:je parle|ai je affaire)|qui est ce",
    ),
}
