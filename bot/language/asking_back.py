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

# What there is to choose from, and what to choose: said of the bot's question, unless an intent is sure of it.

CHOICES = ("options", "choices", "optionen", "moglichkeiten", "opciones", "choix")
"""What can be chosen from, whatever was asked for."""

ASKING_WHAT_THERE_IS: Mapping[str, re.Pattern[str]] = {
    "de": _asks(
        r"und|ok|okay|h+m+|ah|oh|aber|ja|gut|na",
        r"was (?:gibt es|gibt'?s|haben sie|habt ihr|hast du|bieten sie an|kann ich (?:wahlen|nehmen|angeben|sagen))"
        r"(?: (?:da|denn|alles|noch|so|zur auswahl))*",
        r"welche (?P<welche>\w+) (?:gibt es|haben sie|habt ihr)(?: (?:da|denn))*",
        r"was (?:wurden sie|wurdest du) (?:empfehlen|nehmen|vorschlagen)"
        r"|was (?:empfehlen|raten|konnen) sie(?: mir)?(?: empfehlen)?"
        r"|was (?:ist|sind) (?:der unterschied|die unterschiede|die optionen|die moglichkeiten)",
    ),
    "en": _asks(
        r"and|ok|okay|h+m+|u+h+m*|oh|well|but|so|sorry|yes|wait",
        r"(?:what|which) (?P<which>\w+(?: \w+)?) (?:are there|is there|do you (?:have|offer)|are (?:available|possible)"
        r"|can i (?:choose|pick|have|get|take|say)|do i have)(?: (?:from|to choose from))?",
        r"what (?:are|were) (?:my|the) (?:options|choices|possibilities|alternatives|differences)"
        r"|what (?:is|are) there(?: to choose from)?|what'?s (?:there|available|the difference|on offer)"
        r"|what is (?:available|the difference)",
        r"what (?:can|could|should|would) i (?:choose|pick|have|get|take|say)(?: from)?"
        r"|what else(?: (?:is there|do you have))?",
        r"what (?:do|would|can) you (?:recommend|suggest|advise|have|offer)|any (?:recommendations?|suggestions?)"
        r"|which(?: one)? (?:is|would be) (?:the )?(?:best|better|cheapest)|what'?s (?:the )?(?:best|cheapest)",
    ),
    "es": _asks(
        r"y|ok|vale|m+|oh|ah|pero|pues|bueno|si",
        r"(?:que|cuales|cual) (?P<que>\w+) (?:hay|tienen|tienes|tiene|ofrecen|puedo elegir)"
        r"|que (?:hay|tienen|tienes|tiene)",
        r"que (?:me )?(?:recomienda[ns]?|aconseja[ns]?|sugiere[ns]?)|que puedo (?:elegir|escoger|pedir|poner)"
        r"|cual(?:es)? (?:es|son) (?:la diferencia|las opciones|las diferencias|el mejor|la mejor)",
    ),
    "fr": _asks(
        r"et|ok|d'accord|euh+|oh|ah|mais|bon|oui|alors",
        r"quel(?:le)?s? (?P<quel>\w+) (?:y a t il|avez vous|vous avez|il y a|proposez vous|vous proposez)",
        r"(?:qu'est ce (?:qu'il y a|que vous (?:avez|proposez|conseillez|recommandez))|vous (?:avez|proposez) quoi)"
        r"|il y a quoi|que (?:me )?(?:conseillez|recommandez|proposez) vous"
        r"|vous (?:me )?(?:conseillez|recommandez) quoi",
        r"quel(?:le)?s? (?:est|sont) (?:la difference|les differences|les options|les choix|le meilleur|la meilleure)"
        r"|qu'est ce que je peux (?:choisir|prendre|mettre)",
    ),
}

ASKING_BACK: Mapping[str, re.Pattern[str]] = {"de": GERMAN, "en": ENGLISH, "es": SPANISH, "fr": FRENCH}
