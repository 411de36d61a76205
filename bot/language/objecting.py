"""How people say that the bot's last answer was not what they meant, by language: data for short_answers.py.

Patterns are for whole messages, in lower case, without punctuation and accents: "the address is wrong" is a wish.
"""

from __future__ import annotations

import re
from collections.abc import Mapping


def _objects(openers: str, tail: str, *cores: str) -> re.Pattern[str]:
    core = "|".join(cores)
    return re.compile(rf"(?:(?:{openers}) )*?(?:{core})(?: (?:{openers}|{core}))*?(?: (?:{tail}))*")


_I_MEANT = (
    r"what i(?:'?m| am| was)? (?:meant|mean|asked(?: for)?|asking(?: for)?|wanted|want|said|needed|need|looking for)"
)
_ICH_MEINTE = (
    r"was ich (?:meine|meinte|gemeint habe?|will|wollte|gefragt habe?|frage|wissen (?:will|wollte|mochte)|suche)"
)
_JE_VOULAIS = r"ce que je (?:voulais(?: dire)?|veux(?: dire)?|demande|demandais|cherche|cherchais)"
_QUERIA = r"lo que (?:queria|quiero|pregunte|pregunto|he preguntado|busco|buscaba|quise decir|queria decir|dije)"

OBJECTING: Mapping[str, re.Pattern[str]] = {
    "de": _objects(
        r"nein|nee?|no|aber|oh|ah|sorry|entschuldigung|h+m+|moment|doch|also|halt|warte(?:n sie)?",
        r"bitte|sorry|so|aber|doch|leider|gar|weiter|jetzt",
        r"(?:das|die antwort) (?:ist|war) (?:(?:leider|ganz|vollig|alles) )?(?:falsch|nicht richtig)",
        rf"(?:das|es) (?:ist|war) (?:leider )?nicht(?: das)? {_ICH_MEINTE}|nicht (?:das )?{_ICH_MEINTE}",
        r"(?:das|so) (?:meine?|meinte|wollte|suche|frage|fragte) ich (?:doch )?(?:gar )?nicht(?: wissen)?",
        r"(?:das|so) (?:hab|habe) ich (?:doch )?(?:gar )?nicht (?:gemeint|gefragt|gesagt|gewollt|wissen wollen)",
        r"(?:(?:da )?(?:haben sie|hast du)|(?:sie haben|du hast)) mich (?:falsch|nicht|missverstanden)(?: verstanden)?",
        r"(?:sie verstehen|du verstehst) mich nicht|falsch verstanden|missverstanden|falsche antwort",
        r"(?:das )?stimmt (?:so )?nicht|(?:das )?hilft (?:mir )?(?:leider )?nicht",
        r"(?:das )?beantwortet (?:meine|die) frage nicht|ich (?:meine|meinte) (?:et)?was anderes",
    ),
    "en": _objects(
        r"no|nope|nah|oh|ah|but|well|ok|okay|wait|actually|hey|sorry|h+m+|u+h+m*|argh|ugh|um+|lol",
        r"at all|sorry|please|though|again|either|actually|you know|bot|thanks|thank you",
        r"(?:that'?s|that is|this is|that was|it'?s|you'?re|you are|you were|you(?:'ve)? got (?:it|that|this|me))"
        r" (?:(?:just|all|completely|totally|quite|so) )?"
        r"(?:wrong|incorrect|not right|not correct|not it|not my question)",
        rf"(?:that'?s|that is|this is|that was|it'?s)? ?not (?:really )?{_I_MEANT}",
        rf"(?:that|it|this) (?:isn'?t|wasn'?t|is not|was not) (?:right|correct|it|my question|helpful|{_I_MEANT})",
        r"(?:that|this|it|you) (?:doesn'?t|does not|didn'?t|did not|don'?t)"
        r" (?:help(?: me)?|answer (?:my|the) question|answer me)",
        r"you(?:'ve| have)? (?:misunderstood|misunderstand|(?:didn'?t|don'?t|did not|do not) understand|got)"
        r"(?: (?:me|my question|it|that))?(?: wrong)?",
        r"you(?:'?re| are) not listening|(?:wrong|bad) answer|not helpful|this is not helpful",
        r"i (?:didn'?t|did not|never) (?:mean|ask|say|want|ask for|ask about)(?: (?:that|this|it))?",
        r"(?:i )?meant something (?:else|different)|(?:i )?asked (?:for |about )?something (?:else|different)",
    ),
    "es": _objects(
        r"no|pero|oh|ah|ay|perdon|perdona|lo siento|h+m+|espera|espere|pues|bueno",
        r"por favor|nada|gracias|lo siento|asi|para nada",
        rf"(?:eso |esto )?no (?:es|era|fue) (?:eso|{_QUERIA}|correcto|asi)|no {_QUERIA}",
        r"(?:eso |esto )?(?:esta mal|es incorrecto|es falso|es un error)|respuesta (?:equivocada|incorrecta)",
        r"no me (?:has|ha|entiendes|entiende)(?: entendido)?|me (?:has|ha) entendido mal|me entendiste mal",
        r"(?:eso |esto )?no me (?:ayuda|sirve)|(?:eso |esto )?no responde a (?:mi|la) pregunta",
        r"no (?:pregunte|dije|queria(?: decir)?|he preguntado|he dicho|quise decir) (?:eso|esto)",
        r"(?:queria|pregunte) (?:decir )?(?:por )?(?:otra cosa|algo (?:distinto|diferente))",
    ),
    "fr": _objects(
        r"non|mais|oh|ah|euh+|ben|bah|h+m+|pardon|desolee?|attendez|attends|alors",
        r"svp|s'il vous plait|du tout|merci|desolee?|la|pourtant",
        rf"(?:ce n'est|c'est|c'etait|ce n'etait) pas (?:ca|cela|correct|bon|juste|{_JE_VOULAIS})|pas {_JE_VOULAIS}",
        r"c'est (?:faux|incorrect|une erreur)|mauvaise reponse",
        r"(?:vous|tu) (?:ne )?m'(?:avez|as) (?:mal|pas) compris",
        r"(?:vous n'avez|vous avez|tu n'as|tu as) (?:pas|mal) compris",
        r"(?:vous|tu) (?:ne )?me (?:comprenez|comprends) pas",
        r"(?:ca|cela) (?:ne )?m'aide pas|(?:ca|cela) (?:ne )?repond pas a (?:ma|la) question",
        r"(?:ce n'est |c'est )?pas ma question",
        r"je (?:n'ai|ai) pas (?:dit|demande) (?:ca|cela)|je (?:parle|parlais) d'autre chose",
    ),
}
