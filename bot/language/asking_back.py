"""How people ask about a question of the bot in place of answering it, by language: data for short_answers.py.

Patterns are for whole messages, in lower case, without punctuation and accents. Their groups are what is asked about,
which must be what the bot has asked for; of two that fit, the first counts, so that "where is that written" does not
ask for a "that written".
"""

from __future__ import annotations

import re
from collections.abc import Mapping


def _asks(openers: str, *questions: str) -> re.Pattern[str]:
    return re.compile(rf"(?:(?:{openers}) )*?(?:{'|'.join(questions)})(?: (?:{_TAIL}))*")


_TAIL = r"please|pls|sorry|exactly|then|bitte|denn|genau|svp|s'il vous plait|exactement|por favor|exactamente"

# English

_THING = r"(?:it|that|this|one|them|(?:the|my|a|an|any|that|this)(?: \w+){1,6}?)"

ENGLISH = _asks(
    r"sorry|oh|ah|well|h+m+|u+h+m*|but|and|ok|okay|please|yes|yeah|no|wait|excuse me",
    r"what|how|where|why|huh|eh|which(?: one)?|where exactly|how so|why not|for example|example|explain|help(?: me)?",
    rf"what (?:do|did) you mean(?: (?:by|with) (?P<by>{_THING}))?"
    rf"|what (?:does|do) (?P<does>{_THING}) (?:mean|look like)",
    rf"(?:and )?(?:how|where) (?:do|can|could|would|will|should|am) i (?:supposed to )?(?:find|get|see|know"
    rf"|have|look|look up|look for|read)(?: (?P<find>{_THING}))?"
    rf"|(?:how|where) to (?:find|get|look for) (?P<to>{_THING})",
    rf"where(?:'?s| is| are| would| can| could| should) (?P<written>{_THING})"
    r" (?:be )?(?:written|printed|shown|stated|found|said)",
    rf"where (?:would|might|could|should) (?P<be>{_THING}) be|where does it (?:say|stand)(?: (?:that|this|it|so))?",
    rf"why (?:do|would|should) (?:you|i) (?:need|want|ask for|have to (?:give|say)|give you)(?: (?P<why>{_THING}))?",
    r"why (?:do|would) you (?:want|need|have) to know(?: (?:it|that|this))?",
    r"what do you (?:need|want) (?:it|that|this) for",
    r"what (?:should|do|must|can) i (?:enter|write|put|type|say|give)(?: (?:here|there|in))?|what format|what kind",
    r"(?:can|could|would) you explain(?: (?:that|this|it|the question))?",
    r"(?:i )?(?:really |still |just )?(?:don'?t|do not|didn'?t|did not) (?:understand|get)"
    r"(?: (?:it|that|this|you|the question|what you (?:mean|want|need)))?",
    r"(?:i )?(?:really |still |just )?(?:don'?t|do not) know where"
    rf" (?:to (?:find|look)(?: for)?|i (?:can )?find|(?:it|that) is)(?: (?P<place>{_THING}))?",
    rf"(?:what|which|where|why) is (?P<is>{_THING})|what'?s (?P<s>{_THING})"
    rf"|where'?s (?P<wheres>{_THING})",
    rf"(?:what|which) (?P<which>\w+(?: \w+)?)(?: (?:is|do you mean|do you need)(?: (?P<mean>{_THING}))?)?",
)

# German

_SACHE = r"(?:es|das|die|den|sie|(?:die|das|den|der|meinen?|mein|diese[sn]?)(?: \w+){1,4}?)"

GERMAN = _asks(
    r"sorry|oh|ach|ah|h+m+|ahm?|aber|und|ok|okay|ja|nein|moment|entschuldigung|also",
    r"was|wie|wo|wieso|warum|hae?|ha|welche[rsn]?|wo denn|wie denn|wie bitte|zum beispiel|beispiel|hilfe",
    rf"(?:was|wo) (?:ist|ware) (?P<ist>{_SACHE})|was bedeutet (?P<bedeutet>{_SACHE})|was (?:meinst du|meinen sie)",
    r"(?:was fur eine?|welche[rsn]?) (?P<welche>\w+)(?: (?:denn|meinst du|meinen sie|ist das))?",
    rf"(?:wo|wie) (?:finde|bekomme|sehe|erfahre|kann|soll) ich (?P<finde>{_SACHE})"
    r"(?: (?:finden|sehen|bekommen|denn|nachsehen))?",
    rf"wo (?:steht|stehen) (?P<steht>{_SACHE})(?: (?:denn|drauf|geschrieben))?|wie sieht (?P<sieht>{_SACHE}) aus",
    rf"(?:warum|wieso|wozu|wofur) (?:brauchst du|brauchen sie|braucht ihr) (?P<brauchst>{_SACHE})",
    r"(?:warum|wieso|wozu|wofur) (?:willst du|wollen sie|wollt ihr|musst du|mussen sie|mochten sie) (?:das|es) wissen",
    r"was soll ich (?:eingeben|schreiben|sagen)|(?:ich )?verstehe?(?: (?:das|die frage|sie|dich))? nicht",
    r"(?:ich )?weiss nicht wo (?:das|die|es) (?:steht|ist)|(?:ich )?weiss nicht wo ich (?:das|die|es) finde",
)

# French

_CHOSE = r"(?:ca|cela|le|la|les|l'\w+|(?:le |la |les |mon |ma |mes |ce |cet |cette |de |d'|une? |l')\w+(?: \w+){0,4}?)"

FRENCH = _asks(
    r"pardon|desolee?|oh|ah|euh+|h+m+|mais|et|ok|okay|oui|non|excusez moi",
    r"quoi|comment|ou|ou ca|pourquoi|hein|lequel|laquelle|par exemple|exemple|aide",
    rf"(?:c'est quoi|qu'est ce que c'est que|ou (?:est|se trouve)|c'est ou) (?P<est>{_CHOSE})"
    r"|c'est quoi|qu'est ce que c'est",
    r"quel(?:le)?s? (?P<quel>\w+(?: de \w+)?)|que voulez vous dire|tu veux dire quoi|comment ca",
    rf"(?:ou|comment) (?:est ce que je (?:peux )?|je (?:peux )?|puis je )"
    rf"(?:trouve|trouver|vois|voir|obtenir)(?: (?P<trouve>{_CHOSE}))?",
    rf"(?:ou|comment) (?:le |la |les )?trouver(?: (?P<trouver>{_CHOSE}))?"
    r"|(?:c'est|ou est ce) (?:ecrit|indique) ?(?:ou)?",
    rf"ou est ce que c'est (?:ecrit|indique)|a quoi ressemble (?P<ressemble>{_CHOSE})",
    rf"pourquoi (?:avez vous besoin de|vous avez besoin de|voulez vous|vous faut il) ?(?P<pourquoi>{_CHOSE})",
    r"pourquoi (?:voulez vous|vous voulez|veux tu|tu veux) (?:le |la )?savoir(?: ca| cela)?|c'est pour quoi faire",
    r"que dois je (?:ecrire|entrer|saisir|mettre)|(?:je )?(?:ne )?comprends pas(?: (?:la|votre) question)?",
    r"(?:je )?(?:ne )?sais pas ou (?:le|la) trouver|(?:je )?(?:ne )?sais pas ou (?:c'est|ca se trouve)",
)

# Spanish

_COSA = r"(?:eso|esto|lo|la|(?:el|la|mis?|una?|es[ea]|est[ea])(?: \w+){1,5}?)"

SPANISH = _asks(
    r"perdon|perdona|oh|ah|pues|h+m+|m+|pero|y|ok|okay|si|no|disculpe|disculpa",
    r"que|como|donde|por que|cual|cuales|eh|por ejemplo|ejemplo|ayuda",
    rf"(?:que|donde|cual) es (?P<es>{_COSA})|que es|donde esta (?P<esta>{_COSA})"
    rf"|que significa (?P<significa>{_COSA})",
    r"(?:que|cual) (?P<que>\w+(?: de \w+)?)|(?:a )?que (?:te refieres|se refiere|quieres decir|quiere decir)",
    rf"(?:como|donde) (?:lo |la )?(?:encuentro|consigo|veo|busco"
    rf"|puedo (?:encontrar|ver|conseguir)(?:lo|la)?)(?: (?P<veo>{_COSA}))?",
    rf"donde (?:esta|sale|aparece|pone|viene)(?: (?:escrito|indicado))?(?: (?P<pone>{_COSA}))?"
    rf"|como es (?P<como>{_COSA})",
    rf"(?:por|para) que (?:necesita[ns]?|quiere[ns]?|lo necesita[ns]?|la necesita[ns]?)(?: (?P<necesita>{_COSA}))?",
    r"(?:por|para) que (?:lo |la )?quiere[ns]? saber(?:lo|la)?(?: eso)?",
    r"que (?:tengo que|debo) (?:poner|escribir|decir)|no (?:lo |la )?entiendo(?: (?:la|su|tu) pregunta)?",
    r"no se donde (?:esta|encontrarl[oa]|buscarl[oa]|lo encuentro|la encuentro)",
)

ASKING_BACK: Mapping[str, re.Pattern[str]] = {"de": GERMAN, "en": ENGLISH, "es": SPANISH, "fr": FRENCH}
