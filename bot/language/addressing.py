"""Descriptions about the customer, put to the customer, in German, French and Spanish: data and rules for wording.py.

The polite form, as in the bot's own texts. A sentence that is not surely turned right is left as its author wrote it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_CAN_TURN = r"(?P<verb>[^\W\d_]+)\b"

# German: "Der Kunde möchte kündigen" -> "Sie möchten kündigen".

_WER = (
    r"kund(?:e|in)|patient(?:in)?|(?:be)?nutzer(?:in)?|anwender(?:in)?|bürger(?:in)?|gast|besucher(?:in)?|anrufer(?:in)?"
    r"|mitarbeiter(?:in)?|mitglied|schüler(?:in)?|student(?:in)?|mieter(?:in)?|fahrgast|reisende[r]?|person|user"
    r"|käufer(?:in)?|leser(?:in)?|interessent(?:in)?|abonnent(?:in)?"
)
_SUBJEKT = re.compile(rf"(?:der|die|das|ein|eine|unsere?) (?P<who>{_WER}) {_CAN_TURN}", re.IGNORECASE)
_VERBEN = {
    "möchte": "möchten", "will": "wollen", "hat": "haben", "ist": "sind", "kann": "können", "muss": "müssen",
    "weiß": "wissen", "darf": "dürfen", "war": "waren", "hatte": "hatten", "wollte": "wollten", "konnte": "konnten",
    "hätte": "hätten", "würde": "würden", "wird": "werden", "gibt": "geben", "nimmt": "nehmen", "spricht": "sprechen",
    "vergisst": "vergessen", "erhält": "erhalten", "lässt": "lassen", "verlässt": "verlassen", "liest": "lesen",
    "sieht": "sehen", "fährt": "fahren", "trifft": "treffen", "widerspricht": "widersprechen", "tritt": "treten",
    "verlor": "verloren", "vergaß": "vergaßen", "schlägt": "schlagen", "empfiehlt": "empfehlen", "bekommt": "bekommen",
    "fragt": "fragen", "braucht": "brauchen", "sucht": "suchen", "meldet": "melden", "sagt": "sagen",
    "bittet": "bitten", "benötigt": "benötigen", "beschwert": "beschweren", "bedankt": "bedanken",
    "grüßt": "grüßen", "begrüßt": "begrüßen", "verabschiedet": "verabschieden", "wünscht": "wünschen",
    "erklärt": "erklären", "wählt": "wählen", "erzählt": "erzählen", "bestätigt": "bestätigen", "ändert": "ändern",
    "hilft": "helfen", "wirft": "werfen",
}  # fmt: skip
_UNKLAR = re.compile(r"\b(?:er|ihm|ihn)\b", re.IGNORECASE)
_UNKLAR_IN = re.compile(r"\b(?:sie|ihr)\b", re.IGNORECASE)

# French: "Le client veut résilier" -> "Vous voulez résilier".

_QUI = (
    r"cliente?|utilisat(?:eur|rice)|patiente?|passag(?:er|ère)|visiteu(?:r|se)|usag(?:er|ère)|citoyen(?:ne)?|abonnée?"
    r"|voyageu(?:r|se)|élève|étudiante?|locataire|habitante?|membre|employée?|salariée?|personne|acheteu(?:r|se)"
)
_SUJET = re.compile(
    rf"(?:(?:le|la|un|une|notre) |l['’])(?P<who>{_QUI}) (?P<before>(?:ne |n['’])?(?:(?:se |s['’]))?)?{_CAN_TURN}",
    re.IGNORECASE,
)
_VERBES = {
    "veut": "voulez", "a": "avez", "est": "êtes", "peut": "pouvez", "doit": "devez", "voudrait": "voudriez",
    "dit": "dites", "fait": "faites", "sait": "savez", "voit": "voyez", "reçoit": "recevez", "connaît": "connaissez",
    "part": "partez", "vient": "venez", "obtient": "obtenez", "choisit": "choisissez", "perd": "perdez",
    "attend": "attendez", "prend": "prenez", "comprend": "comprenez", "met": "mettez", "plaint": "plaignez",
    "inscrit": "inscrivez", "écrit": "écrivez", "achète": "achetez", "appelle": "appelez", "rappelle": "rappelez",
    "renouvelle": "renouvelez", "paie": "payez", "paye": "payez", "essaie": "essayez", "envoie": "envoyez",
    "avait": "aviez", "était": "étiez", "voulait": "vouliez", "ouvre": "ouvrez", "demande": "demandez",
    "cherche": "cherchez", "souhaite": "souhaitez", "signale": "signalez", "remercie": "remerciez",
}  # fmt: skip
_PAS_CLAIR = re.compile(r"\b(?:il|elle|lui|qu['’](?:il|elle))\b", re.IGNORECASE)

# Spanish: "El cliente quiere pagar" -> "Quiere pagar"; usted has the verb of the third person, and su, too.

_QUIEN = (
    r"cliente|clienta|usuari[oa]|paciente|pasajer[oa]|visitante|ciudadan[oa]|abonad[oa]|viajer[oa]|alumn[oa]|estudiante"
    r"|inquilin[oa]|miembro|emplead[oa]|persona|comprador(?:a)?|vecin[oa]|soci[oa]"
)
_SUJETO = re.compile(
    rf"(?:el|la|un|una|nuestr[oa]) (?:{_QUIEN}) (?=(?!(?:del?|que|con|y|o|en)\b)[^\W\d_]+\b)", re.IGNORECASE
)


def address(sentence: str) -> str | None:
    """`sentence`, a description in German, French or Spanish, put to the customer; None when it is of another shape."""
    return next((turned for turn in (_turn_german, _turn_french, _turn_spanish) if (turned := turn(sentence))), None)


def _turn_german(sentence: str) -> str | None:
    subject = _SUBJEKT.match(sentence)
    if subject is None:
        return None
    rest, verb = sentence[subject.end() :], _german_verb(subject["verb"].lower())
    if verb is None or _UNKLAR.search(rest) or (subject["who"].lower().endswith("in") and _UNKLAR_IN.search(rest)):
        return None
    own = re.sub(r"\b(?:sein|ihr)(?=(?:e[mnrs]?)?\b)", "Ihr", _turn_further(rest, r"und|oder|aber", _VERBEN.get))
    return f"Sie {verb}{own}"


def _german_verb(verb: str) -> str | None:
    if verb in _VERBEN:
        return _VERBEN[verb]
    if verb.endswith(("det", "tet")):
        return f"{verb[:-2]}en"
    if verb.endswith(("elt", "ert")) and not verb.endswith("iert"):
        return f"{verb[:-1]}n"
    regular = verb.endswith("t") and len(verb) > 4 and not verb.endswith("st") and "ä" not in verb
    return f"{verb[:-1]}en" if regular else None


def _turn_french(sentence: str) -> str | None:
    subject = _SUJET.match(sentence)
    if subject is None:
        return None
    rest, verb = sentence[subject.end() :], _french_verb(subject["verb"].lower())
    if verb is None or _PAS_CLAIR.search(rest):
        return None
    before = (subject["before"] or "").lower().replace("’", "'")
    reflexive = "vous " if before.endswith(("se ", "s'")) else ""
    negated = "" if not before.startswith("n") else "n'" if not reflexive and verb[0] in "aeéêhiou" else "ne "
    own = re.sub(r"\b(?:son|sa)\b", "votre", re.sub(r"\bses\b", "vos", _turn_further(rest, r"et|ou|mais", _VERBES.get)))
    return f"Vous {negated}{reflexive}{verb}{own}"


def _french_verb(verb: str) -> str | None:
    if verb in _VERBES:
        return _VERBES[verb]
    if not verb.endswith("e") or len(verb) < 4:
        return None
    return f"{re.sub('è(?=[^aeiouyéèê]+e$)', 'é', verb)[:-1]}ez"


def _turn_spanish(sentence: str) -> str | None:
    subject = _SUJETO.match(sentence)
    rest = sentence[subject.end() :] if subject else ""
    return rest[:1].upper() + rest[1:] or None


def _turn_further(rest: str, joints: str, known: Callable[[str], str | None]) -> str:
    """Verbs of the same subject after "and", those that are surely such."""
    return re.sub(
        rf"\b({joints}) ([^\W\d_]+)\b", lambda found: f"{found[1]} {known(found[2].lower()) or found[2]}", rest
    )
