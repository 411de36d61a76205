"""How people ask for a moment before they answer, by language: data for short_answers.py.

Patterns are for whole messages, in lower case, without punctuation and accents. Their groups are what is looked for,
which must be what the bot has asked for: who looks for a lamp wants one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping


def _pauses(openers: str, tail: str, *cores: str) -> re.Pattern[str]:
    core = "|".join(cores)
    return re.compile(rf"(?:(?:{openers}) )*?(?:{core})(?: (?:{core}))*(?: (?:{tail}))*")


# English

_MOMENT = r"(?:sec|secs|second|seconds|moment|mo|minute|minutes|min|mins|tick|bit)"
_THING = r"(it|that|this|one|them|(?:the|my|a|an)(?: \w+){1,3}?)"
_WHERE = r"my (?:e?mails?|inbox|mailbox|phone|account|notes|papers|bag|receipts?)"
_LOOK = (
    rf"(?:check|check {_WHERE}|look|see|think|search|look (?:it|that) up|look up {_THING}"
    rf"|(?:look for|search for|find|get|fetch|grab|check|open|dig out) {_THING}(?: (?:out|up))?|find out|have a look"
    r"|think about (?:it|that))"
)

ENGLISH = _pauses(
    r"ok|okay|oh|sorry|yes|yeah|sure|well|right|alright|all right|u+m+|please|just|and|no|so|k",
    r"please|pls|plz|sorry|thanks|thank you|then|first|quickly|real quick|now|here|for (?:it|that|you)"
    rf"|in {_WHERE}",
    r"h+m+|u+h+m*|u+m+|e+r+m*",
    r"(?:please )?(?:wait|hold on|hang on|hold|bear with me)(?: up)?"
    rf"(?: (?:for )?(?:a|one|two|just a|just one) {_MOMENT})?",
    rf"(?:just )?(?:one|two|half a|1|2)(?: more)? {_MOMENT}|(?:just )?a (?!bit\b){_MOMENT}|moment|sec|just wait",
    rf"(?:give|gimme)(?: me)?(?: just)? (?:a|one|two|1|2) {_MOMENT}|(?:be )?right back|brb|i'?ll be (?:right )?back",
    r"(?:let me|lemme|(?:i'?ll|i will|i'?m going to|i'?m gonna|i have to|i need to|i must|gotta)"
    r"(?: just| quickly| go)?)"
    rf"(?: just| quickly| go(?: and)?| have to| quick)? {_LOOK}",
    rf"(?:i'?m |i am |still |just )+(?:looking|checking|searching|thinking)(?: (?:for {_THING}|it up|it))?"
    r"|looking for (?:it|that)|looking it up",
)

# German

_NUMMER = r"(es|das|sie|ihn|(?:die|den|das|meine?n?|nach der)(?: \w+){1,3}?)"
_KURZ = rf"(?: (?:mal|kurz|schnell|eben|gleich|noch|erst|das|es|sie|im postfach|in meinen mails|in der app|{_NUMMER}))*"

GERMAN = _pauses(
    r"ok|okay|oh|ach|sorry|ja|klar|gut|also|ah|bitte|und|nein|na|so|nur",
    r"bitte|danke|mal|kurz|noch|eben|schnell",
    r"h+m+|a+h+m*|tja|mhm",
    r"moment|momentchen|momenterl|augenblick|sekunde"
    r"|(?:eine?n? )?(?:kleinen |kurzen )?(?:moment|augenblick|sekunde|minute)",
    r"warte(?:n sie)?(?: (?:mal|kurz|bitte|noch|(?:eine?n? )?(?:moment|augenblick|sekunde|minute)))*",
    rf"(?:da )?(?:muss|werde) ich{_KURZ} (?:nachsehen|nachschauen|schauen|suchen|gucken|uberlegen|holen|nachgucken)",
    rf"ich (?:muss|werde){_KURZ} (?:nachsehen|nachschauen|schauen|suchen|gucken|uberlegen|holen|nachgucken)",
    rf"(?:ich )?(?:schaue?|seh|sehe|gucke?|suche?|hole?|prufe?|uberlege?){_KURZ}(?: nach| raus)?",
    rf"lass(?:en sie|t)? mich{_KURZ} (?:nachsehen|nachschauen|schauen|suchen|gucken|uberlegen|sehen)",
    r"(?:ich )?bin gleich (?:wieder da|zuruck|so weit)|gleich",
)

# French

_NUMERO = r"(?:dans (?:mes mails|ma boite|mes courriels)|(ca|le|la|les|(?:le|la|les|mon|ma|mes)(?: \w+){1,3}?))"
_CHERCHER = rf"(?:regarder|chercher|verifier|voir|reflechir)(?: {_NUMERO})?"

FRENCH = _pauses(
    r"ok|okay|oh|ah|pardon|oui|d'accord|bon|alors|euh+|non|mais|juste",
    r"svp|s'il (?:vous|te) plait|merci|vite|d'abord|un instant",
    r"h+m+|euh+|m+h+",
    r"(?:attend(?:s|ez)|patientez)(?: (?:un (?:instant|moment|peu)|une (?:seconde|minute)|deux (?:secondes|minutes)))?",
    r"(?:juste )?(?:un (?:petit )?(?:instant|moment)|une (?:petite )?(?:seconde|minute)"
    r"|(?:deux|2) (?:secondes|minutes))",
    r"(?:donnez|donne|laissez|laisse) moi (?:un (?:instant|moment)|une (?:seconde|minute)|le temps)",
    rf"(?:laissez|laisse) moi {_CHERCHER}|je (?:vais|dois) (?:l[ea] )?{_CHERCHER}",
    rf"je (?:le |la )?(?:regarde|cherche|verifie|reflechis)(?: {_NUMERO})?|je reviens",
)

# Spanish

_NUMERO_ES = r"(?:en (?:mi correo|mis correos|el correo)|(eso|lo|la|(?:el|la|los|las|mi|mis)(?: \w+){1,3}?))"
_BUSCAR = rf"(?:ver|mirar|buscar|revisar|pensar|comprobar)(?:lo|la)?(?: {_NUMERO_ES})?"

SPANISH = _pauses(
    r"ok|okay|oh|ah|ay|perdon|si|vale|bueno|pues|eh+|no|solo",
    r"por favor|gracias|primero|rapido|un momento",
    r"h+m+|m+|e+h+",
    r"(?:espera|espere|esperame|espereme|aguarda|aguarde)(?: (?:un (?:momento|segundo|minuto|poco|rato)))?",
    r"(?:solo )?un (?:momento|momentito|segundo|minuto|rato|instante)|dos minutos|ya vuelvo|ahora vuelvo",
    r"(?:dame|deme) un (?:momento|momentito|segundo|minuto|rato)",
    rf"(?:dejame|dejeme|deja que|voy a|tengo que|lo voy a) {_BUSCAR}",
    rf"(?:lo |la )?(?:estoy )?(?:buscando|mirando|busco|miro|reviso)(?: {_NUMERO_ES})?",
)

PAUSING: Mapping[str, re.Pattern[str]] = {"de": GERMAN, "en": ENGLISH, "es": SPANISH, "fr": FRENCH}
