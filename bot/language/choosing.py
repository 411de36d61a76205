"""How people take one of the choices that the bot offers, by language: data for short_answers.py.

Patterns are for whole messages, in lower case, without punctuation and accents.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

LAST = -1
"""The place of the last choice, however many there are."""


@dataclass(frozen=True, slots=True, eq=False)
class Choosing:
    """All that is known of a language.

    `assent` says yes; "ok thanks" does not, but takes leave. `places` say which by the order in which the choices
    stand, from 1, or `LAST`. `pointing` words may stand around the words that name a choice: they say that it is meant,
    and nothing of what it is. `hedges` may stand around a value besides: they take another one back, or doubt this one.
    `open_questions` begin with these words: a yes is no answer to them.
    """

    assent: re.Pattern[str]
    places: Mapping[int, re.Pattern[str]]
    pointing: frozenset[str]
    hedges: frozenset[str]
    open_questions: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Order:
    """How a language counts: `ordinals` and `cardinals` from 1, several spellings of one parted by |.

    `place` and `number` are what stands around them, with {} for the ordinal or the cardinal; so with `last`.
    """

    ordinals: str
    cardinals: str
    last: str
    place: str
    number: str
    around: tuple[str, str]

    def places(self) -> dict[int, re.Pattern[str]]:
        counted = enumerate(zip(self.ordinals.split(), self.cardinals.split(), strict=True), 1)
        cores = {
            at: f"{self.place.format(nth)}|{self.number.format(f'{at}|{number}')}" for at, (nth, number) in counted
        }
        cores[LAST] = self.place.format(self.last)
        before, after = self.around
        return {at: re.compile(rf"(?:(?:{before}) )*(?:{core})(?: (?:{after}))*") for at, core in cores.items()}


def _words(*lines: str) -> frozenset[str]:
    return frozenset(word for line in lines for word in line.split())


def _assent(before: str, core: str, after: str) -> re.Pattern[str]:
    return re.compile(rf"(?:(?:{before}) )*(?:{core})(?: (?:{core}))*(?: (?:{after}))*")


ENGLISH = Choosing(
    assent=_assent(
        r"oh|ah|aha|well|h+m+|u+h+m*|u+m+|sorry|please",
        r"y|ye|(?:yes+|yes?a+h*)(?: (?:thanks|thank you))?"
        r"|yep|yup|ya|aye|fine|alright|all right|cool|sounds good"
        r"|sure(?: thing)?|of course|certainly|absolutely|definitely|indeed|ok|okay|k"
        r"|right|exactly|correct|precisely|true|(?:that|this)(?: one)?|please do|do (?:that|it)|go ahead"
        r"|i (?:do|did)|(?:i meant|i mean|i want|i wanted|it'?s|it is) (?:that|this)(?: one)?|(?:that|it) is"
        r"|you'?re right|you got it|(?:that'?s|that is|it'?s|it is|this is)"
        r" (?:it|right|correct|true|the one|(?:exactly |just )?what i (?:meant|mean|want|wanted|need|said))",
        r"please|pls",
    ),
    places=_Order(
        ordinals="first|1st second|2nd third|3rd fourth|4th fifth|5th",
        cardinals="one two three four five",
        last="last",
        place=r"(?:the )?(?:{})(?: (?:one|option|choice|answer))?(?: of (?:these|those|them))?",
        number=r"(?:(?:the )?(?:option|choice|answer|number))(?: number)? (?:{})",
        around=(
            r"yes|yeah|no|oh|ah|well|h+m+|ok|okay|sorry|probably|actually|i (?:mean|meant|want|wanted|choose)|it'?s"
            r"|it is|i'?d like",
            r"please|pls|thanks|thank you|i think|i guess",
        ),
    ).places(),
    pointing=_words(
        "yes yeah oh ok okay sorry please pls thanks it's its i mean meant the a an my this that one ones option",
        "choice thing about for with of to it",
    ),
    hedges=_words(
        "no nope nah not actually wait think guess believe was is wrong instead rather but and then so hm hmm um",
        "make change let's have i'd i'll rather",
    ),
    open_questions=_words("what which who whom whose how why when where what's how's who's where's"),
)

GERMAN = Choosing(
    assent=_assent(
        r"oh|ach|ah|ahm?|also|na|h+m+|bitte",
        r"ja+(?: danke)?"
        r"|jo|jap|jep|jawohl|yes|ok|okay|klar|sicher|genau|richtig|stimmt|korrekt|exakt|gerne?|doch|eben|passt"
        r"|freilich|naturlich|natuerlich|selbstverstandlich|auf jeden fall|in ordnung|das|dies(?:e[rs]?)?"
        r"|(?:genau )?(?:das|die|den)(?: (?:hier|da))?|das ist (?:es|richtig|korrekt)"
        r"|(?:das|die|den) (?:meine?|meinte|will) ich"
        r"|ich (?:meine?|meinte|will) (?:das|die|den)|so ist es",
        r"bitte|schon|gerne?",
    ),
    places=_Order(
        ordinals="erste[rsnm]?|1te[rsn]? zweite[rsnm]?|2te[rsn]? dritte[rsnm]?|3te[rsn]? vierte[rsnm]? funfte[rsnm]?",
        cardinals="eins zwei drei vier funf|fuenf",
        last="letzte[rsnm]?",
        place=r"(?:(?:das|die|der|den) )?(?:{})(?: (?:option|antwort|auswahl|moglichkeit|punkt|davon|von denen))?",
        number=r"(?:die )?(?:nummer|nr|option|antwort|punkt) (?:{})",
        around=(
            r"ja|nein|oh|ach|also|h+m+|ok|okay|wohl|ich (?:meine?|meinte|will|mochte|nehme)|das ist|es ist",
            r"bitte|danke|glaube ich",
        ),
    ).places(),
    pointing=_words(
        "ja oh ach ok okay bitte danke ich meine meinte das die der den dem ein eine einen mein meine meinen",
        "option sache mit zu zum zur von vom fur um es",
    ),
    hedges=_words(
        "nein doch sondern eigentlich glaube denke war ist falsch richtig aber und dann nicht hm stattdessen",
        "lieber mach machen mache nehme nehmen wir besser",
    ),
    open_questions=_words(
        "was welche welcher welches welchen wer wen wem wie warum wieso wann wo wohin woher worum womit wofur wobei"
    ),
)

FRENCH = Choosing(
    assent=_assent(
        r"oh|ah|ben|bah|euh+|h+m+|mais",
        r"oui+(?: merci)?"
        r"|ouais?|yes|ok|okay|d'accord|dac|exact|exactement|tout a fait|voila|bien sur|correct|juste|absolument"
        r"|volontiers|certainement|en effet|effectivement|si|ca|cela|celui(?: la| ci)?|celle(?: la| ci)?|je veux bien"
        r"|c'est (?:bien )?(?:ca|cela|exact|juste|correct|vrai|celui la|celle la)"
        r"|c'est (?:bien )?(?:ce que je (?:veux|voulais|cherche)(?: dire)?)",
        r"svp|stp|s'il (?:vous|te) plait",
    ),
    places=_Order(
        ordinals="premiere?|1ere?|1er deuxieme|seconde?|2e|2eme troisieme|3e|3eme quatrieme|4e|4eme cinquieme|5e|5eme",
        cardinals="une? deux trois quatre cinq",
        last="derniere?",
        place=r"(?:le |la )?(?:{})(?: (?:option|choix|reponse|proposition))?",
        number=r"(?:le |la |l')?(?:numero|option|choix|reponse) (?:{})",
        around=(
            r"oui|non|oh|ah|euh+|ok|okay|je (?:veux|voulais|prends|voudrais|choisis)(?: dire)?|c'est|plutot",
            r"merci|svp|stp|s'il (?:vous|te) plait|je crois",
        ),
    ).places(),
    pointing=_words(
        "oui oh ah ok okay svp merci le la les l un une mon ma mes ce cette celui celle c'est option choix de du",
        "des d a au pour sur",
    ),
    hedges=_words(
        "non pas plutot en fait crois pense etait est faux mais et alors euh je finalement mets mettez prends"
    ),
    open_questions=_words(
        "que quoi quel quelle quels quelles qui comment pourquoi quand ou combien lequel laquelle qu'est"
    ),
)

SPANISH = Choosing(
    assent=_assent(
        r"oh|ah|ay|pues|bueno|eh+|m+|h+m+",
        r"si+(?: gracias)?"
        r"|sip|yes|ok|okay|vale|claro(?: que si)?|exacto|exactamente|correcto|asi es|cierto|efectivamente"
        r"|por supuesto|de acuerdo|desde luego|sin duda|justo|dale|est[aeo]|es[aeo](?: mism[oa])?"
        r"|(?:es[aeo] es|es) (?:est[aeo]|es[aeo]|correcto|cierto|lo que (?:quiero|queria|busco))|eso es",
        r"por favor",
    ),
    places=_Order(
        ordinals="primer[oa]?|1[oa]|1er[oa]? segund[oa]|2[oa] tercer[oa]?|3[oa] cuart[oa]|4[oa] quint[oa]|5[oa]",
        cardinals="un[oa] dos tres cuatro cinco",
        last="ultim[oa]",
        place=r"(?:el |la |lo )?(?:{})(?: (?:opcion|respuesta|eleccion))?",
        number=r"(?:el |la )?(?:numero|opcion|respuesta) (?:{})",
        around=(
            r"si|no|oh|ah|pues|ok|okay|(?:yo )?(?:quiero|queria|digo|elijo|quise decir)|es|seria",
            r"por favor|gracias|creo",
        ),
    ).places(),
    pointing=_words(
        "si oh ah ok okay por favor gracias el la los las lo un una mi mis este esta ese esa es opcion de del al",
        "para con sobre",
    ),
    hedges=_words("no sino creo pienso era es mal pero y entonces mejor yo ponga pon perdon al final"),
    open_questions=_words("que cual cuales quien quienes como por cuando donde cuanto cuanta adonde"),
)

CHOOSING: Mapping[str, Choosing] = {"de": GERMAN, "en": ENGLISH, "es": SPANISH, "fr": FRENCH}
