"""How people refuse, by language: data for refusals.py. Only what was sure is here; the rest goes unheard."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Form:
    """One way to refuse, told as `cue`: a pattern for a whole clause, whose group `what` is refused.

    `deed`: it is something to do ("don't want to ..."), not a thing ("don't want ...").
    """

    cue: str
    deed: bool
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True, eq=False)
class Grammar:
    """All that is known of a language. Texts come in lower case, with straight apostrophes and single spaces.

    `joint` parts clauses. `suffered` begins what is said of a state or a trouble ("don't know"), not of what should be
    done. `filler` words carry no meaning. `endings` put an end to something: to not want that something is a way to ask
    for the ending, and no word against it. `troubles` are what nobody wants, and no word against who hears of them.
    """

    forms: tuple[Form, ...]
    joint: re.Pattern[str]
    suffered: re.Pattern[str]
    filler: frozenset[str]
    endings: frozenset[str]
    troubles: frozenset[str]


def _words(*lines: str) -> frozenset[str]:
    return frozenset(word for line in lines for word in line.split())


_PUNCTUATION = r"[.,;:!?…()]+|\s-+\s"

# English

_OPENERS = (
    r"(?:(?:please|pls|plz|kindly|no|nope|nah|hey|hi|hello|ok|okay|well|oh|wait|sorry|actually|also|now|right|really|listen|"
    r"look|yes|yeah|whatever you do|i said|i told you|i mean|i repeat|then|thanks|thank you)\s+)*"
)
_DONT = r"(?:don'?t|do not|do n'?t)"
_I = r"(?:(?:i|we)\s+)?(?:(?:really|actually|just|certainly|definitely|also|simply|still)\s+)*"
_AM = r"(?:i'?m|i am|we'?re|we are)\s+not\s+"
_LIGHTLY = r"(?:(?:really|actually|just|even|ever|please|still|currently|particularly|yet|anymore|any more)\s+)*"
_WANT = (
    rf"(?:{_DONT}\s+{_LIGHTLY}(?:want|need|wish|intend|plan)|no longer\s+(?:want|need|wish|require)"
    rf"|(?:wouldn'?t|would not)\s+{_LIGHTLY}(?:like|want)|never\s+(?:wanted|asked|meant)"
    rf"|(?:didn'?t|did not|haven'?t|have not)\s+{_LIGHTLY}(?:want|ask|asked|mean|intend))"
)
_TO = r"(?:(?:you|u|anyone|anybody)\s+)?to"
_PASSIVE = r"(?:it|this|that|them|(?:my|the)\s+\w+)\s+to be"
_NO_NEED = r"(?:there'?s |there is )?no need"


def _deed(cue: str, pattern: str) -> Form:
    return Form(cue, True, re.compile(rf"{_OPENERS}{pattern}\s+(?P<what>.+)"))


def _thing(cue: str, pattern: str) -> Form:
    """What is refused ends where a wish about it begins without a comma: "don't need my booking cancel it"."""
    return Form(cue, False, re.compile(rf"{_OPENERS}{pattern}\s+(?P<what>.+?)(?:\s+\w+ (?:it|them)(?:\s.*)?)?"))


ENGLISH = Grammar(
    forms=(
        _deed("don't want to", rf"{_I}{_WANT}\s+(?:{_TO}|{_PASSIVE})"),
        _deed("don't want to", rf"{_I}{_DONT}\s+wanna"),
        _thing("don't want", rf"{_I}{_WANT}(?:\s+for)?(?!\s+{_TO}\b)"),
        _deed("no need to", rf"(?:{_NO_NEED}|(?:it'?s |it is )?not necessary)\s+(?:for you\s+)?to"),
        _thing("no need for", rf"{_NO_NEED}\s+(?:for|of)(?! you to)"),
        _deed("not trying to", rf"{_AM}{_LIGHTLY}(?:trying|asking|looking|planning|here)\s+(?:(?:for )?you\s+)?to"),
        _thing("not asking for", rf"{_AM}{_LIGHTLY}(?:asking|looking|here)\s+for(?! you to)"),
        _deed("rather not", r"(?:i|we)(?:'?d| would)\s+(?:rather not|(?:prefer|like) (?:you )?not to)"),
        _deed("no wish to", rf"{_I}have no\s+(?:wish|intention|desire|plans?|reason)\s+(?:to|of)"),
        _deed("don't think I want to", rf"{_I}{_DONT}\s+think\s+(?:i|we)\s+(?:want|need)\s+to"),
        _deed("you should not", r"(?:you|u)\s+(?:should|must)(?:\s+not|n'?t)"),
        _deed("can you not", r"(?:can|could|would|will)\s+you\s+(?:please\s+)?not"),
        _thing("not", r"not(?=\s+(?:a|an|another)\s)(?!\s+an?\s+(?:clue|idea|chance|problem)\b)"),
        _deed("never", r"(?:please never|never ever|don'?t ever|do not ever|don'?t you dare(?: to)?)"),
        _deed("don't", rf"(?:{_DONT}|please not)(?!\s+(?:you|i|we|they|u|want|need|wish|wanna)\b)"),
    ),
    joint=re.compile(
        rf"{_PUNCTUATION}|\b(?:and|but|so|then|instead)\b|(?<=\banymore)\s|(?<=\bany more)\s|(?<=\bany longer)\s"
        r"|(?=\b(?:because|cause|since|if|unless|when|while|until|although|though|that|which|who|as|or|otherwise)\b)"
        r"|(?=\b(?:(?:can|could) (?:you|i)|do you|will (?:you|we|it)|is there|are there)\b)"
        r"|(?<!think )(?=\b(?:i want|i'd like|i need)\b)"
        r"|(?<!\bdont)(?<!\bdon't)(?<!\bnot)(?=\s(?:please|pls|plz)\s)"
    ),
    suffered=re.compile(
        r"(?:know|have|see|get(?! (?:me|us)\b)|got|understand|remember|recall|recogni[sz]e|think|believe|like|love|care"
        r"|mind|feel|seem|worry|forget|bother|pay(?! my\b)|lose|miss|wait|waste|risk|keep|hesitate|work|fit|match|look"
        r"|hear|agree|let|be charged|be stuck|own|expect|trust)\b"
    ),
    filler=_words(
        "a an the my your our their his her its this that these those it them me you i we he she they us u any some",
        "all one of for to in on at by with from about into over and or but so if as is are was were be been am do",
        "does did done have has had having can could will would should may might must shall please pls plz no not",
        "more anymore longer now just ever even really actually again yet still too also very thanks thank ok okay",
        "what which who how when where why there here than then customer user wants want asks ask needs need wish",
        "know like something anything thing things someone somebody anyone anybody s t m d ll re ve don dont today",
        "tomorrow",
    ),
    endings=_words(
        "cancel stop end quit terminate unsubscribe return back refund remove delete erase close block freeze lock",
        "disable deactivate off mute silence skip next change replace exchange swap undo revoke withdraw reject",
        "decline discard clear pause hold suspend reverse",
    ),
    troubles=_words(
        "lost stolen wrong broken damaged missing fail failed problem complaint complain error report dispute",
    ),
)  # fmt: skip

# Other languages have fewer forms. German and Spanish commands are left out: "die Zahlung geht nicht" and "no llega mi
# pedido" tell of a trouble in the very words in which others command.

_ICH, _MÖCHTE = r"(?:(?:nein|bitte|doch) )*(?:ich|wir)", r"(?:will|wollte|wollen|möchten?)"
_BRAUCHE = r"(?:brauchen?|benötigen?)"
_JE_NE_VEUX_PAS = r"(?:non )?(?:je |nous )?(?:ne )?(?:veux|voudrais|souhaite|désire|compte|voulons) (?:pas|plus)"
_PAS_BESOIN = r"(?:non )?(?:j'ai |je n'ai |nous n'avons |il n'y a )?(?:pas|plus) besoin (?:de |d')"
_NO_QUIERO = r"(?:no )?(?:yo )?(?:ya )?no (?:quiero|deseo|quisiera|necesito|pretendo)"
_INFINITIVE = r"(?P<what>(?:(?:me|te|se|vous|le|la|les)\s|l'|m'|d')?\w+(?:er|ir|re|oir)\b.*)"
_INFINITIVO = r"(?P<what>\w+[aei]r(?:l[aeo]s?|me)?\b.*)"


def _form(cue: str, deed: bool, pattern: str) -> Form:
    return Form(cue, deed, re.compile(pattern))


GERMAN = Grammar(
    forms=(
        _form("will nicht", True, rf"{_ICH} {_MÖCHTE} (?:.+\s)?nicht (?:mehr )?(?P<what>.+)"),
        _form("will kein", False, rf"{_ICH} (?:{_MÖCHTE}|{_BRAUCHE}) (?:.+\s)?kein(?:en?|er|es|em)? (?P<what>.+)"),
        _form("brauche nicht", False, rf"{_ICH} {_BRAUCHE} (?P<what>.+) nicht(?: mehr)?"),
        _form("bitte nicht", True, r"(?:nein )?bitte (?:.+\s)?nicht (?P<what>.+)"),
    ),
    joint=re.compile(rf"{_PUNCTUATION}|\b(?:und|aber|sondern|dann)\b|(?=\b(?:weil|wenn|dass|obwohl|denn|falls|bis)\b)"),
    suffered=re.compile(r"(?:.*\s)?(?:warten|bezahlen|zahlen|verlieren|wissen|vergessen|riskieren|verpassen)\b"),
    filler=_words(
        "der die das den dem des ein eine einen einem einer mein meine meinen meiner meinem dein deine ihr ihre ihren",
        "euer eure sein seine ich du er sie es wir mich mir dich dir uns ihnen und oder aber zu zum zur von vom mit",
        "für auf an am in im aus bei nach über ist sind war wird werden hat haben habe kann können will möchte",
        "möchten wollen braucht bitte nicht kein keine mehr noch doch auch nur schon jetzt hier da dass ob wie was",
        "wer wo wann kunde kundin benutzer nutzer jemand etwas wissen",
    ),
    endings=_words(
        "stornieren storno kündigen kündigung beenden abbestellen abmelden abbrechen zurückgeben zurückschicken",
        "zurücksenden zurück rücksendung retoure rückgabe erstattung rückerstattung erstatten löschen entfernen",
        "schliessen sperren deaktivieren ausschalten umtauschen umtausch ändern änderung ersetzen widerrufen widerruf",
    ),
    troubles=_words(
        "verloren gestohlen falsch falsche kaputt beschädigt fehlt fehler problem beschwerde defekt reklamation",
        "melden",
    ),
)  # fmt: skip

FRENCH = Grammar(
    forms=(
        _form("veux pas", True, rf"{_JE_NE_VEUX_PAS} {_INFINITIVE}"),
        _form("veux pas", True, rf"{_JE_NE_VEUX_PAS} que (?:vous|tu) (?P<what>.+)"),
        _form("veux pas", False, rf"{_JE_NE_VEUX_PAS} (?!que\b)(?P<what>.+)"),
        _form("pas besoin de", True, rf"{_PAS_BESOIN}{_INFINITIVE}"),
        _form("pas besoin de", False, rf"{_PAS_BESOIN}(?P<what>.+)"),
        _form("ne pas", True, r"(?:non )?(?:merci de |prière de |veuillez )?ne (?:pas|plus) (?P<what>.+)"),
        _form("ne pas", True, r"(?:non )?(?:ne |n')(?P<what>(?:(?:me|l[ae]s?) |l'|m')?\w+ez (?:pas|plus|jamais)\b.*)"),
    ),
    joint=re.compile(rf"{_PUNCTUATION}|\b(?:et|mais|puis|alors)\b|(?=\b(?:parce|car|si|quand|lorsque|puisque|qui)\b)"),
    suffered=re.compile(r"(?:attendre|payer|perdre|savoir|oublier|risquer|avoir|être)\b"),
    filler=_words(
        "le la les l un une des de d du au aux mon ma mes ton ta tes son sa ses notre nos votre vos leur leurs ce cet",
        "cette ces je j tu il elle on nous vous ils elles me m te t se s lui en y et ou mais à dans sur pour par avec",
        "sans ne n pas plus jamais est sont être a ai avoir veut veux voudrait voudrais souhaite que qu qui quoi",
        "quand comment où si merci svp client cliente utilisateur savoir quelqu quelque chose besoin",
    ),
    endings=_words(
        "annuler annulation résilier résiliation arrêter désabonner désinscrire retourner retour renvoyer rembourser",
        "remboursement supprimer effacer fermer bloquer désactiver changer modifier remplacer échanger échange",
    ),
    troubles=_words(
        "perdu volé cassé endommagé abîmé manquant erreur problème réclamation signaler",
    ),
)  # fmt: skip

SPANISH = Grammar(
    forms=(
        _form("no quiero", True, rf"{_NO_QUIERO} {_INFINITIVO}"),
        _form("no quiero", True, rf"{_NO_QUIERO} que (?P<what>.+)"),
        _form("no quiero", False, rf"{_NO_QUIERO} (?!que\b)(?P<what>.+)"),
        _form("no hace falta", True, r"no (?:hace falta|es necesario) (?:que )?(?P<what>.+)"),
        _form("por favor no", True, r"por favor no (?P<what>.+)"),
    ),
    joint=re.compile(rf"{_PUNCTUATION}|\b(?:y|pero|luego|entonces|sino)\b|(?=\b(?:porque|si|cuando|aunque)\b)"),
    suffered=re.compile(r"(?:esperar|pagar|perder|saber|olvidar|arriesgar|tener)\b"),
    filler=_words(
        "el la los las un una unos unas de del al mi mis tu tus su sus nuestro nuestra este esta esto ese esa eso yo",
        "él ella nosotros ustedes usted me te se lo le nos les y o pero a en con por para sin no ya más es son ser",
        "está están ha han quiere quiero desea necesita que qué quién cuándo cómo dónde si favor gracias cliente",
        "usuario saber alguien algo",
    ),
    endings=_words(
        "cancelar cancelación anular anulación baja desuscribir devolver devolución reembolso reembolsar eliminar",
        "borrar cerrar bloquear desactivar cambiar cambio modificar reemplazar detener parar terminar",
    ),
    troubles=_words(
        "perdido robado roto dañado equivocado falta error problema queja reclamación",
    ),
)  # fmt: skip

GRAMMARS = {"de": GERMAN, "en": ENGLISH, "es": SPANISH, "fr": FRENCH}
