"""Short answers as people give them, by language: data for short_answers.py."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Phrases:
    """Patterns for a whole message, in lower case, without punctuation and accents.

    `unable` cannot or will not say; its groups `known` and `had` are what. `nothing` is none, where a code was asked
    for: of a free text, as "Any allergies?", it is an answer. `rejection` takes none of the choices. `little` words say
    nothing of what is known or had, or stand for any code.
    """

    unable: re.Pattern[str]
    nothing: re.Pattern[str]
    rejection: re.Pattern[str]
    little: frozenset[str]


def _either(*alternatives: str) -> str:
    return "|".join(alternatives)


def _answers(openers: str, unable: str, nothing: str, rejection: str, tail: str, little: str) -> Phrases:
    def whole(core: str) -> re.Pattern[str]:
        return re.compile(rf"(?:(?:{openers}) )*?(?:{core})(?: (?:{tail}))*")

    return Phrases(whole(unable), whole(nothing), whole(rejection), frozenset(little.split()))


# English

_I = r"(?:i |we )?(?:really |honestly |actually |just |simply |still |also )*"
_NOT = r"(?:don'?t|do not|didn'?t|did not|wouldn'?t|would not)(?: (?:really|actually|even|currently))*"
_CANNOT = r"(?:can'?t|cannot|can not|couldn'?t|could not)"
_THING = r"(?:it|that|this|one|them|any|(?:the|my|a|an|any|that|this|such a)(?: \w+){1,6}?)"
_WHICH = _either(
    r"what (?:it|that|this) (?:is|was|means)",
    r"which(?: \w+){0,3}?(?: (?:it|that) (?:is|was))?",
    r"where (?:it|that) is",
    r"where (?:to|i|i can) (?:find|look)(?: for)?(?: it| that)?",
)
_MEANT = r"(?:i (?:meant|mean|want|wanted|need) |it'?s |it is |it was )?"
_THESE = r"(?:these|those|them|that|this|it|either)"

ENGLISH = _answers(
    openers=_either(
        r"sorry|apologies|no|nope|nah|oh|ah|well|h+m+|u+h+m*|u+m+|but|ok|okay|please|unfortunately|honestly|actually",
        r"tbh|to be honest|i'?m afraid|i guess|good question|look|yes|yeah",
    ),
    unable=_either(
        rf"{_I}{_NOT} (?:know|remember|recall)(?: (?P<known>{_THING}|{_WHICH}))?|idk|(?:i )?dunno(?: it| that)?",
        rf"{_I}{_NOT} have (?:a clue|any idea|any clue|the faintest(?: idea)?)",
        rf"{_I}(?:have |got |'?ve got )?(?:no|not a) (?:idea|clue)(?: (?:{_WHICH}))?",
        r"beats me|who knows|how (?:should|would) i know|unknown|no answer|n a",
        rf"(?:i'?m |i am |we'?re )?(?:not (?:really )?sure|unsure)(?: (?:{_WHICH}))?",
        rf"(?:i |i'?ve |i have )?(?:forgot|forgotten)(?: (?P<forgot>{_THING}))?",
        rf"{_I}{_CANNOT} (?:remember|recall|say|tell|tell you|answer(?: that| this)?)",
        r"(?:(?:i'?ll|i will|i'?d like to|i want to|i would like to|let'?s|(?:can|could|may) (?:i|we|you)) )?"
        r"skip(?: (?:it|this|that|this one|that one|(?:this|that|the) question))?",
        r"pass|next(?: question)?",
        r"(?:i'?d |i would )?(?:rather|prefer) not(?: to)?(?:"
        r" (?:say|tell|tell you|answer|give it)(?: (?:that|this|it))?)?",
        r"(?:i )?(?:won'?t|will not|(?:don'?t|do not) want to)"
        r" (?:say|tell|tell you|answer|give you|give)(?: (?:that|it))?",
        rf"{_I}(?:{_NOT} (?:have|find|see)|haven'?t(?: got)?|have not got|'?ve not got|never (?:got|received|had)) "
        rf"(?P<had>{_THING})",
        rf"(?:i |i'?ve |have |i have )?(?:lost|misplaced|deleted) (?P<lost>{_THING})",
        rf"{_I}{_CANNOT} (?:find|remember|recall|see|give you|provide|locate|access) (?P<found>{_THING})",
    ),
    nothing=_either(
        rf"no|nope|nah|none|nothing|no number|{_I}have none|{_I}{_NOT} have any",
        r"there (?:is|are) none|there isn'?t (?:one|any)",
    ),
    rejection=_either(
        r"no|nope|nah|none|neither|nothing|no thanks|no thank you",
        rf"not {_THESE}|none (?:fits?|appl(?:y|ies))|(?:all )?wrong",
        rf"{_MEANT}(?:none|neither|not any|not one|nothing) of"
        rf" (?:{_THESE}|both|the above|(?:the|these|those) (?:two|three))",
        rf"{_MEANT}something (?:else|different|other)",
        r"(?:that'?s|that is|this is|those are|these are|they'?re)"
        r" (?:(?:all )?wrong|not (?:it|what i (?:meant|want|said)))",
        rf"not what i (?:meant|mean|want|wanted|said)|i (?:did not|didn'?t) mean (?:any of )?{_THESE}",
        rf"(?:i )?(?:don'?t|do not) (?:want|mean) (?:any of )?{_THESE}",
    ),
    tail=_either(
        r"sorry|yet|either|though|here|now|right now|at the moment|currently|at hand|to hand|with me|on me|handy|ready",
        r"any ?more|off hand|by heart|exactly|today|unfortunately|honestly|to be honest|tbh|please|thanks|thank you",
        r"at all|really|what to say",
    ),
    little="it that this one them any the my a an such is was what which where to for i can find look means"
    " number code id info information detail details answer",
)

# German

_WEISS = r"(?:weiss|kenne?|finde?|habe?)"
_DA = r"(?: (?:leider|gerade|grad|jetzt|im moment|momentan|auch|nicht|mehr|da|hier|zur hand|dabei|genau|griffbereit))*"
_SACHE = r"(?:es|das|die|den|sie|(?:die|das|den|der|meinen?|mein|diese[sn]?)(?: \w+){1,4}?)"
_MEINE = r"(?:ich (?:meine|meinte|will|mochte) )?"

GERMAN = _answers(
    openers=_either(
        r"tut mir leid|sorry|nein|no|na ja|naja|tja|oh|ach|h+m+|ahm?|leider|also|ehrlich gesagt|entschuldigung|aber",
        r"bitte|ja",
    ),
    unable=_either(
        r"(?:ich )?(?:habe? )?(?:gar )?(?:keine ahnung|keinen? plan|keinen blassen(?: schimmer)?)",
        rf"(?:das |die |den )?{_WEISS}(?: ich)?{_DA} nicht{_DA}",
        rf"ich {_WEISS}(?: (?P<known>{_SACHE}))?{_DA} nicht{_DA}",
        rf"(?:ich )?(?:habe?|kenne|weiss)(?: ich)?{_DA} keinen? (?P<had>\w+(?: \w+)??){_DA}",
        rf"(?:das )?(?:kann|mochte|will|werde)(?: ich)?(?: das)?{_DA}"
        rf" nicht (?:sagen|angeben|verraten|beantworten|finden)",
        rf"ich (?:kann|mochte|will|werde)(?: das| es)?{_DA} nicht (?:sagen|angeben|verraten|beantworten|finden)",
        r"das sage ich nicht|(?:ich )?bin (?:mir )?nicht sicher|nicht sicher|unbekannt|keine angabe|vergessen",
        r"(?:ich )?kann mich nicht (?:daran )?erinnern",
        rf"(?:ich )?habe?(?: ich)?(?: (?P<lost>{_SACHE}))?(?: leider)? (?:vergessen|verloren|verlegt|geloscht)",
        r"(?:(?:ich mochte|ich will|konnen wir|kann ich) )?(?:das"
        r" |die frage |es )?(?:uberspringen|ueberspringen|auslassen)",
        r"uberspringe(?: das)?|weiter|nachste(?: frage)?|passe",
    ),
    nothing=_either(
        r"nein|nee?|no|keine[rsn]?|keins|nichts|gibt es nicht|gibt'?s nicht|(?:ich )?habe? keine|(?:es )?gibt keine"
    ),
    rejection=_either(
        r"nein|nee?|no|nein danke|keins|keine[rsn]?|nichts|weder noch|falsch|alles falsch|nicht das",
        rf"{_MEINE}(?:keins|keine[rsn]?|nichts) (?:davon|von (?:beiden|beidem|denen|diesen|allen|allem|den beiden))",
        rf"{_MEINE}(?:et)?was anderes",
        r"(?:das|die|beides) (?:nicht|ist falsch|ist (?:es )?nicht|meint?e ich nicht|passt nicht|stimmt nicht)",
    ),
    tail=_either(
        r"sorry|leider|mehr|danke|gerade|grad|jetzt|im moment|hier",
        r"da|zur hand|dabei|bitte|genau|ehrlich gesagt|auswendig",
    ),
    little="es das die den der sie meine meinen mein diese dieses diesen nummer code kennung nr angabe angaben daten",
)

# French

_CHOSE = r"(?:ca|cela|le|la|les|l'\w+|(?:le |la |les |mon |ma |mes |ce |cet |cette |de |d'|une? |l')\w+(?: \w+){0,4}?)"
_LE_DIRE = r"(?: le| vous le)?(?: (?:dire|repondre|donner))"

FRENCH = _answers(
    openers=_either(
        r"desolee?|pardon|excusez moi|non|oh|ah|euh+|ben|bah|h+m+",
        r"malheureusement|mais|alors|honnetement|franchement|oui",
    ),
    unable=_either(
        rf"(?:je |j')?(?:ne )?(?:le |la |l'|les )?sais (?:pas|plus)(?: (?P<known>{_CHOSE}))?",
        r"(?:(?:je n'ai|j'ai|je n'en ai|j'en ai) )?(?:pas d'idee|aucune idee)|(?:je n'en |j'en |n'en )sais rien",
        rf"(?:je )?(?:l'ai |j'ai |ai )?(?:oublie|perdu|supprime|egare)(?: (?P<lost>{_CHOSE}))?",
        r"(?:je )?(?:ne )?(?:m'en |me )(?:souviens|rappelle) (?:pas|plus)",
        r"pas sure?|(?:je )?(?:ne )?suis pas sure?|inconnu|aucune reponse",
        r"passe|passez|on passe|passons|suivante?|question suivante",
        r"(?:on peut |je veux |je voudrais )?(?:passer|sauter|ignorer)(?: ca| cette question| la question)?",
        rf"(?:je )?prefere ne pas{_LE_DIRE}?|(?:je )?(?:ne )?(?:peux|veux|souhaite) pas{_LE_DIRE}?",
        r"(?:je )?(?:ne )?(?:l'ai|les ai|la trouve|le trouve|la connais|le connais|en ai|n'en ai) (?:pas|plus)",
        rf"(?:je |j')?(?:n')?(?:ne )?(?:ai|trouve|connais|retrouve|vois) (?:pas|plus) (?P<had>{_CHOSE})",
    ),
    nothing=r"non|aucune?|rien|(?:je )?n'en ai (?:pas|aucune?)|j'en ai pas|(?:il n')?y en a pas",
    rejection=_either(
        r"non|non merci|aucune?|rien|ni l'une? ni l'autre|rien de tout (?:ca|cela)|faux",
        r"aucune? (?:des|de ces|de ceux|de celles|d'entre)(?:"
        r" (?:deux|trois|choix|reponses|propositions|ci|la|eux|elles))*",
        r"(?:je (?:veux|voulais|cherche) )?autre chose|(?:ce n'est |c'est )?pas (?:ca|cela)",
        r"ce n'est pas ce que je (?:veux|voulais|cherche)(?: dire)?",
    ),
    tail=_either(
        r"desolee?|merci|maintenant|pour le moment|pour l'instant",
        r"sur moi|ici|la|malheureusement|du tout|trop|exactement",
        r"par coeur|svp|s'il vous plait|moi",
    ),
    little="ca cela le la les mon ma mes ce cet cette de d un une l numero num code identifiant reference information",
)

# Spanish

_COSA = r"(?:eso|esto|lo|la|(?:el|la|mis?|una?|ningun|ninguna|es[ea]|est[ea])(?: \w+){1,5}?)"

SPANISH = _answers(
    openers=_either(
        r"lo siento|perdona|perdon|disculpa|disculpe|no|oh|ah|pues",
        r"eh+|m+|h+m+|ay|bueno|la verdad|lamentablemente|pero|si",
    ),
    unable=_either(
        rf"(?:yo )?no (?:lo |la |me )?(?:se|recuerdo|acuerdo|conozco|encuentro)(?: (?P<known>{_COSA}))?",
        r"ni idea|(?:no )?tengo (?:ni |la menor )?idea|no estoy segur[oa]|desconocido|sin respuesta",
        rf"(?:se )?me (?:ha )?(?:olvidado|olvido)(?: (?P<forgot>{_COSA}))?",
        rf"(?:lo |la )?(?:olvide|perdi|he olvidado|he perdido|borre)(?: (?P<lost>{_COSA}))?",
        rf"no (?:l[oa]s?) (?:tengo|encuentro|recuerdo|conozco|se)|no tengo (?P<had>{_COSA})",
        r"(?:(?:quiero|podemos|puedo) )?(?:saltar(?:lo|la)?|omitir(?:lo)?|pasar)(?:"
        r" (?:eso|esto|(?:la|esta) pregunta))?",
        r"salta|omite|paso|siguiente(?: pregunta)?",
        r"prefiero no(?: (?:decirlo|decir|responder|contestar|darlo|decirle))?",
        r"no (?:puedo|quiero|voy a) (?:decir(?:lo|le)?|responder|contestar|darlo|encontrar(?:lo|la)|recordarlo)",
    ),
    nothing=r"no|ningun[oa]?|nada|no tengo|no tengo ningun[oa]?|no hay",
    rejection=_either(
        r"no|no gracias|ningun[oa]|nada|ni (?:lo )?un[oa] ni (?:lo )?otr[oa]",
        r"nada de (?:eso|esto)|eso no|mal|incorrecto",
        r"ningun[oa] de (?:est[oa]s|es[oa]s|ell[oa]s|l[oa]s (?:dos|tres)|amb[oa]s|los anteriores)",
        r"(?:(?:quiero|queria|es|quise decir) )?(?:algo diferente|algo distinto|otra cosa)",
        r"(?:eso |esto )?no es (?:eso|esto|lo que (?:quiero|queria|busco))",
    ),
    tail=_either(
        r"gracias|ahora|ahora mismo|por ahora|a mano|aqui|conmigo|todavia|aun|lo siento|exactamente|de memoria",
        r"por favor|bien|la verdad|lamentablemente",
    ),
    little="eso esto lo la el mi mis un una ningun ninguna ese esa este esta numero codigo identificador referencia"
    " dato datos",
)

PHRASES: Mapping[str, Phrases] = {"de": GERMAN, "en": ENGLISH, "es": SPANISH, "fr": FRENCH}
