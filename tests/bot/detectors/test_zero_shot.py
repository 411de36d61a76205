from __future__ import annotations

import numpy as np

from bot.detectors.exemplars import EmbeddedIntent, Exemplars, embed_intents
from bot.detectors.mature import Mature
from bot.detectors.zero_shot import CANDIDATE_FEATURES, ZeroShot
from tests.builders import intent
from tests.standins.encoder import WordEncoder

ENCODER = WordEncoder()
NOBODY = Mature.train(Exemplars.gather([], ENCODER.widths))


def gather(*intents: EmbeddedIntent) -> Exemplars:
    return Exemplars.gather(intents, ENCODER.widths)


def embedded(name: str, description: str, *examples: str) -> EmbeddedIntent:
    return embed_intents([intent(name, description=description, examples=examples)], ENCODER)[name]


def test_a_card_is_enough_to_be_understood() -> None:
    cards = ZeroShot.beside(NOBODY, gather(embedded("refund", "money back"), embedded("parcel", "where is it")))
    reading = cards.read(ENCODER.encode(["money back please", "where is the parcel"]))
    assert reading.candidates[..., CANDIDATE_FEATURES.index("prototype")].argmax(axis=1).tolist() == [0, 1]


def test_a_first_example_helps() -> None:
    message = ENCODER.encode(["cash returned"])
    best = CANDIDATE_FEATURES.index("best_row")
    bare = ZeroShot.beside(NOBODY, gather(embedded("refund", "money back"))).read(message)
    taught = ZeroShot.beside(NOBODY, gather(embedded("refund", "money back", "cash returned now"))).read(message)
    assert taught.candidates[0, 0, best] > bare.candidates[0, 0, best] + 0.3


def test_what_all_messages_of_the_bot_share_tells_nothing() -> None:
    matured = Mature.train(
        gather(*(embedded(word, f"bank {word}", *(f"bank {word} {n}" for n in range(12))) for word in ("loan", "card")))
    )
    new = gather(embedded("bank", "bank bank"), embedded("cheque", "bank cheque"))
    reading = ZeroShot.beside(matured, new).read(ENCODER.encode(["bank bank cheque"]))
    prototype, centred = (CANDIDATE_FEATURES.index(name) for name in ("prototype", "centred"))
    plain, without = reading.candidates[0, :, prototype], reading.candidates[0, :, centred]
    assert without[1] - without[0] > plain[1] - plain[0]


def test_without_new_intents_there_is_nothing_to_read() -> None:
    reading = ZeroShot.beside(NOBODY, gather()).read(ENCODER.encode(["hello"]))
    assert reading.candidates.shape == (1, 0, len(CANDIDATE_FEATURES))
    assert reading.context[0, 0] == 0
    assert np.isnan(reading.context[0, 1:]).all()
