"""How people drop what the bot is asking for, by language: data for short_answers.py.

Patterns are for whole messages, in lower case, without punctuation and accents: "Stop Street 5" and "Never Mind Ltd"
are addresses. Their groups are what is dropped, which must be what the bot asks for, or asks it for; `deed` groups
begin with something to do, which must be what the intent does. What may be an answer is left out: "doesn't matter" is
one to "Which colour?", "later" to "When?".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class CallingOff:
    """`plain` says so, whatever else the bot can do. What is `unclear` may be a wish of its own, as "cancel it" is in a
    shop, or may hold one: "never mind, I'll ask my boss". `dismissal` drops whatever there is.

    `little` words say nothing of what is dropped.
    """

    plain: re.Pattern[str]
    unclear: re.Pattern[str]
    dismissal: re.Pattern[str]
    little: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Around:
    """What stands around: `openers`, a `tail`, and how an `excuse` begins."""

    openers: str
    tail: str
    excuse: str


def _calls_off(around: _Around, dismissal: str, ending: str, little: str, *cores: str) -> CallingOff:
    openers, tail = around.openers, around.tail
    core = "|".join((dismissal, *cores))
    more = re.sub(r"\(\?P<", "(?P<more_", core)

    def whole(first: str) -> re.Pattern[str]:
        return re.compile(rf"(?:(?:{openers}) )*?(?:{first})(?: (?:{openers}|{more}))*?(?: (?:{tail}))*")

    excused = rf"(?:{dismissal}|stop) (?:{around.excuse})(?: \S+){{0,10}}"
    return CallingOff(whole(core), whole(rf"{ending}|{excused}"), whole(dismissal), frozenset(little.split()))


# English

_THING = r"(?:it|that|this|them|everything|(?:the|my|that|this|your)(?: \w+){1,4}?)"
_AS_IT_IS = r"(?: (?:as (?:it|they|that) (?:is|are|was|were)|as is|unchanged|(?:the way|how) it (?:is|was)))"
_LET = r"(?:let'?s |i'?ll |i will )?(?:just )?"
_ANY_MORE = r"(?:any ?more|any longer|after all)"
_NOT = r"(?:don'?t|do not|no longer)"
_CHANGED_MY_MIND = r"(?:i'?ve |i have |i )?(?:just )?changed my mind"

ENGLISH = _calls_off(
    _Around(
        r"no|nope|nah|oh|ah|ok|okay|k|sorry|actually|wait|well|h+m+|u+h+m*|please|pls|just|and|but|then|so|yes|yeah|hey|ugh"
        r"|you know what|know what|on second thoughts?|in that case"
        r"|(?:it'?s|that'?s) (?:ok|okay|fine|alright|all right)"
        rf"|{_CHANGED_MY_MIND}|i found it(?: myself)?|i'?ll do it myself",
        r"please|pls|plz|thanks|thank you|thx|sorry|then|now|for now|after all|any ?more|alone|again|instead|already|ok"
        r"|okay|about (?:it|that|this)|i found it(?: myself)?|i'?ll do it myself|sorted",
        r"i|i'?ll|i'?m|i'?ve|i'?d|we|we'?ll|we'?ve|my|our|it|it'?s|that'?s|this|you|you'?re|your|he|she|they|too|because",
    ),
    r"never ?mind|nvm|(?:let'?s )?(?:forget (?:about )?|drop |scrap )(?:it|that)|leave it|changed my mind",
    r"cancel(?: (?:it|that|this|everything))?",
    "it that this them everything the my your old same current existing a an to of for one question form request",
    rf"forget (?:about )?(?P<forget>{_THING})|stop(?: (?:it|that|this|there))?"
    r"|stop asking(?: me)?(?: (?:that|this|it))?|abort|quit|exit",
    rf"{_LET}(?:leave|drop|scrap) (?P<leave>{_THING})(?:{_AS_IT_IS}| alone| be| for now)?",
    rf"{_LET}keep (?P<keep>{_THING}){_AS_IT_IS}|{_LET}keep the (?:old|same|current|existing) (?P<old>\w+)",
    rf"let'?s not(?: do (?:it|that|this))?|i(?:'?d| would) rather not do (?:it|that|this)|{_CHANGED_MY_MIND}",
    r"(?:don'?t|do not)(?: (?:do (?:it|that|this|anything)|bother))?|not now|maybe later"
    r"|i'?ll do (?:it|that|this) later",
    rf"(?:don'?t|do not) (?P<deed_1>\w+)(?: (?P<what>{_THING}|anything))?",
    rf"(?:i )?{_NOT} (?:want|need|wanna)(?: (?:it|that|this))?(?: to)?(?: do (?:it|that|this))? {_ANY_MORE}"
    r"|i no longer (?:want|need) (?:it|that|this)|(?:it'?s |that'?s )?no longer (?:needed|necessary)|not any ?more",
    rf"(?:i )?{_NOT} (?:want|need|wish) to (?P<deed_2>\w+(?: \w+){{0,5}}?)(?: {_ANY_MORE})?",
)

# German

_SACHE = r"(?:es|das|alles|(?:die|das|den|der|meine?n?|mit dem|mit der)(?: \w+){1,4}?)"
_ANDERS = r"ich habe? (?:es )?mir (?:es )?(?:doch )?anders uberlegt"

GERMAN = _calls_off(
    _Around(
        r"nein|nee?|no|oh|ach|ah|ok|okay|gut|also|doch|sorry|entschuldigung|moment|warte(?:n sie)?|halt|bitte|ja|na"
        rf"|h+m+|dann|und|aber|eigentlich|wissen sie was|weisst du was|{_ANDERS}",
        r"bitte|danke|sorry|dann|doch|jetzt|mal|wieder|lieber|schon gut|erledigt|einfach|nicht mehr|vorerst|erstmal|so",
        r"ich|wir|es|das|mein|meine|unser|unsere|sie|ihr|du|er|zu|weil|hab|habe",
    ),
    r"vergiss (?:es|das)|vergessen sie (?:es|das)|schon gut|lass (?:es|das|mal)|lassen (?:sie|wir) (?:es|das)"
    r"|(?:das |es )?hat sich (?:schon )?erledigt",
    r"(?:bitte )?(?:stornieren|storno)",
    "es das alles die den der dem meine meinen mein mit alte alten bisherige bisherigen ein eine einen zu frage",
    r"stopp?|halt|abbrechen|abbruch|brich ab|brechen sie ab|schluss|aufhoren|hor auf|horen sie auf"
    rf"|(?:vergiss|vergessen sie)(?: (?P<vergiss>{_SACHE}))?",
    rf"(?:lass(?:en sie|t)?|lassen wir)(?: (?P<lass>{_SACHE}))?"
    r"(?: (?:gut sein|sein|bleiben|so|wie (?:es|sie|er|das) (?:ist|war)))?",
    r"(?:(?:das|es) )?(?:hat sich|ist) (?:schon |bereits )?erledigt|(?:schon |bereits )?erledigt"
    r"|(?:das ist )?nicht mehr (?:notig|wichtig)",
    rf"{_ANDERS}|(?:doch|lieber|besser) nicht|nicht jetzt|jetzt nicht|ich mache? (?:es|das) spater",
    r"(?:ich )?(?:will|mochte|brauche?) (?:ich )?(?:das |es )?(?:doch nicht|nicht mehr)"
    r"|(?:das )?(?:will|mochte|brauche?) ich (?:doch nicht|nicht mehr)",
    r"ich (?:will|mochte)(?: (?P<tat>\w+(?: \w+){0,4}?))? (?:doch nicht|nicht|nicht mehr) (?P<deed_1>\w+)",
)

# French

_CHOSE = r"(?:ca|cela|tout|(?:le|la|les|mon|ma|mes|cette?|ce)(?: \w+){1,4}?|l'\w+(?: \w+)?)"
_CHANGE_D_AVIS = r"j'ai (?:finalement )?change d'avis"

FRENCH = _calls_off(
    _Around(
        r"non|oh|ah|euh+|ben|bon|ok|okay|d'accord|finalement|en fait|attendez|attends|pardon|desolee?|mais|et|alors"
        rf"|bah|oui|tout compte fait|svp|juste|{_CHANGE_D_AVIS}",
        r"svp|s'il (?:vous|te) plait|merci|alors|finalement|pour l'instant|maintenant|desolee?|c'est bon",
        r"je|j'\S+|nous|on|mon|ma|mes|c'est|ca|vous|tu|il|elle|trop|parce",
    ),
    r"laisse[rz]? tomber|tant pis|oublie[rz]? (?:ca|cela)",
    r"annule[rz]?(?: (?:ca|cela|tout))?",
    "ca cela tout le la les l mon ma mes ce cet cette ancien ancienne un une de d question demande",
    r"stop|arrete[rz]?(?: (?:ca|cela|tout))?|stoppe[rz]?|abandonne[rz]?|quitter|ca suffit",
    rf"(?:on )?laisse[rz]?(?: tomber)?(?: (?P<laisse>{_CHOSE}))?"
    r"(?: (?:comme (?:ca|c'est|il est|elle est|c'etait)|tel quel|telle quelle))?",
    rf"oublie[rz]?(?: (?P<oublie>{_CHOSE}))?|(?:ce )?(?:n'est |c'est )?plus (?:la peine|necessaire)",
    rf"{_CHANGE_D_AVIS}|(?:je )?(?:n'en |j'en |en )ai plus besoin|plus besoin"
    r"|(?:je )?(?:n'en |ne le |ne la |en )veux plus",
    r"(?:je )?(?:ne )?(?:veux|souhaite) plus (?P<deed_1>\w+(?: \S+){0,4}?)|ne (?:faites|fais) rien|pas maintenant",
)

# Spanish

_COSA = r"(?:eso|esto|todo|(?:el|la|los|las|mi|mis|est[ea]|es[ea])(?: \w+){1,4}?)"
_CAMBIADO = r"(?:he cambiado|cambie) de (?:idea|opinion)"

SPANISH = _calls_off(
    _Around(
        r"no|oh|ah|ay|ok|okay|vale|bueno|pues|mejor|en realidad|al final|espera|espere|perdon|perdona|lo siento|pero|y"
        rf"|si|por favor|solo|{_CAMBIADO}",
        r"por favor|gracias|entonces|ahora|por ahora|mejor|ya|asi|lo siento|al final|de momento",
        r"yo|ya|es|mi|lo|le|me|voy|vamos|tengo|hablare|preguntare|muy|demasiado|porque|nos",
    ),
    r"olvid[ae](?:lo|se|te)|dej[ae]lo|dejemoslo",
    r"(?:cancel|anul)(?:a|e|ar)(?:lo|la)?(?: (?:eso|esto|todo))?",
    "eso esto todo el la los las mi mis este esta ese esa vieja viejo misma mismo un una de solicitud pregunta",
    r"stop|basta|pare|parar|para|detente|detengase|salir|abandonar",
    rf"olvid[ae](?:lo|la|te|se)?(?: (?:de )?(?P<olvida>{_COSA}))?",
    rf"dej[ae](?:lo|la|moslo)?(?: (?P<deja>{_COSA}))?(?: (?:asi|estar|como (?:esta|estaba)))?|dejemoslo(?: asi)?",
    r"ya no (?:hace falta|es necesario|(?:lo |la )?(?:quiero|necesito))|no hagas? nada",
    rf"{_CAMBIADO}|mejor no|ahora no|lo hago (?:luego|mas tarde|despues)",
    r"ya no quiero (?P<deed_1>\w+(?: \w+){0,4}?)",
)

CALLING_OFF: Mapping[str, CallingOff] = {"de": GERMAN, "en": ENGLISH, "es": SPANISH, "fr": FRENCH}
