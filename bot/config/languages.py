"""What the bot says on its own behalf where config.yml says nothing else, in languages other than English.

Every text of TextSettings, by language. They address the user politely (Sie, vous, usted): who wants to be on familiar
terms writes texts of their own.
"""

from __future__ import annotations

from collections.abc import Mapping

GERMAN = {
    "apology": "Entschuldigung, bei uns ist etwas schiefgegangen. Bitte versuchen Sie es gleich noch einmal.",
    "out_of_scope": "Das habe ich leider nicht verstanden. Können Sie es anders sagen?",
    "out_of_scope_again": "Auch das habe ich leider nicht verstanden.",
    "clarify": "Meinten Sie eines davon?",
    "clarify_one": "Meinten Sie das?",
    "clarify_again": "Welches? Bitte drücken Sie darauf, oder tippen Sie die Nummer.",
    "clarify_again_one": "Zur Sicherheit: Bitte drücken Sie eines von beiden.",
    "none_of_these": "Nichts davon",
    "ask_rephrase": "Gut, nichts davon. Können Sie mir mit anderen Worten sagen, was Sie möchten?",
    "hand_off": "Ich gebe das an einen Menschen weiter.",
    "somebody_there": "Es ist jemand da und gleich bei Ihnen.",
    "nobody_there": "Gerade ist niemand da. Sobald jemand da ist, bekommen Sie hier Antwort.",
    "person_joined": "{name} ist jetzt da.",
    "person_left": "{name} ist gegangen. Jetzt antwortet wieder der Bot.",
    "person_away": "{name} musste weg. Gleich ist jemand anderes für Sie da.",
    "no_answer": "Ich verstehe, was Sie meinen, habe darauf aber noch keine Antwort.",
    "not_an_answer": "Damit kann ich nichts anfangen.",
    "take_your_time": "Lassen Sie sich Zeit.",
    "no_help": "Ich brauche es, um weiterzumachen; mehr weiß ich darüber nicht.",
    "without_it": "Gut, dann ohne.",
    "given_up": "Gut, aber ohne das komme ich nicht weiter. Was kann ich sonst für Sie tun?",
    "go_ahead": "Ja bitte?",
    "acknowledged": "Gut. Schreiben Sie einfach, wenn noch etwas ist.",
    "later": "Danach haben Sie auch gefragt:",
    "called_off": "Gut, das lassen wir.",
    "too_long": "Das ist mir zu lang. Können Sie es in ein paar Sätzen sagen?",
    "empty": "Ihre Nachricht war leer. Was kann ich für Sie tun?",
}

FRENCH = {
    "apology": "Désolé, quelque chose s'est mal passé de notre côté. Veuillez réessayer dans un instant.",
    "out_of_scope": "Désolé, je n'ai pas compris. Pouvez-vous le dire autrement ?",
    "out_of_scope_again": "Désolé, je n'ai pas compris cela non plus.",
    "clarify": "Vouliez-vous dire l'une de ces choses ?",
    "clarify_one": "Est-ce bien cela ?",
    "clarify_again": "Laquelle ? Appuyez dessus, ou tapez son numéro.",
    "clarify_again_one": "Pour être sûr : appuyez sur l'une des deux réponses.",
    "none_of_these": "Rien de tout cela",
    "ask_rephrase": "Bien, rien de tout cela. Pouvez-vous me dire autrement ce que vous souhaitez ?",
    "hand_off": "Je transmets votre demande à une personne.",
    "somebody_there": "Quelqu'un est là et s'occupe de vous dans un instant.",
    "nobody_there": "Personne n'est là pour le moment. On vous répondra ici dès que possible.",
    "person_joined": "{name} est là.",
    "person_left": "{name} est parti. Le bot répond de nouveau.",
    "person_away": "{name} a dû s'absenter. Quelqu'un d'autre sera bientôt là pour vous.",
    "no_answer": "Je vois ce que vous voulez dire, mais je n'ai pas encore de réponse.",
    "not_an_answer": "Je n'ai pas pu utiliser cette réponse.",
    "take_your_time": "Prenez votre temps.",
    "no_help": "J'en ai besoin pour continuer, et je n'en sais pas plus.",
    "without_it": "Bien, alors sans cela.",
    "given_up": "Bien, mais sans cela je ne peux pas continuer. Que puis-je faire d'autre pour vous ?",
    "go_ahead": "Je vous écoute.",
    "acknowledged": "Bien. Écrivez-moi s'il y a autre chose.",
    "later": "Vous avez aussi demandé ceci :",
    "called_off": "Bien, on laisse tomber.",
    "too_long": "C'est trop long pour moi. Pouvez-vous le dire en quelques phrases ?",
    "empty": "Votre message était vide. Que puis-je faire pour vous ?",
}

SPANISH = {
    "apology": "Lo siento, algo ha fallado por nuestra parte. Inténtelo de nuevo en un momento, por favor.",
    "out_of_scope": "Lo siento, no lo he entendido. ¿Puede decirlo de otra manera?",
    "out_of_scope_again": "Lo siento, eso tampoco lo he entendido.",
    "clarify": "¿Se refiere a algo de esto?",
    "clarify_one": "¿Se refiere a esto?",
    "clarify_again": "¿A cuál? Púlselo, por favor, o escriba su número.",
    "clarify_again_one": "Para estar seguros: pulse una de las dos respuestas, por favor.",
    "none_of_these": "Nada de esto",
    "ask_rephrase": "De acuerdo, nada de esto. ¿Puede decirme con otras palabras lo que desea?",
    "hand_off": "Se lo paso a una persona.",
    "somebody_there": "Hay alguien, y le atenderá en un momento.",
    "nobody_there": "Ahora mismo no hay nadie. Se le responderá aquí en cuanto haya alguien.",
    "person_joined": "{name} ya está aquí.",
    "person_left": "{name} se ha ido. El bot vuelve a responder.",
    "person_away": "{name} ha tenido que irse. Pronto le atenderá otra persona.",
    "no_answer": "Entiendo lo que quiere decir, pero todavía no tengo respuesta.",
    "not_an_answer": "Eso no me sirve.",
    "take_your_time": "Tómese su tiempo.",
    "no_help": "Lo necesito para seguir, y no sé más sobre ello.",
    "without_it": "De acuerdo, entonces sin ello.",
    "given_up": "De acuerdo, pero sin eso no puedo seguir. ¿Qué más puedo hacer por usted?",
    "go_ahead": "Dígame.",
    "acknowledged": "De acuerdo. Escríbame si necesita algo más.",
    "later": "También ha preguntado por esto:",
    "called_off": "De acuerdo, lo dejamos.",
    "too_long": "Es demasiado largo para mí. ¿Puede decirlo en unas frases?",
    "empty": "Su mensaje estaba vacío. ¿Qué puedo hacer por usted?",
}

TEXTS: Mapping[str, Mapping[str, str]] = {"de": GERMAN, "es": SPANISH, "fr": FRENCH}
