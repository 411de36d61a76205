"""Emoji -> emoticons, in a tokenizer whose vocabulary has none: each would otherwise be the same unknown word."""

from __future__ import annotations

from collections.abc import Mapping

from tokenizers import Regex, Tokenizer, normalizers

EMOTICONS: Mapping[str, str] = {
    ":)": "😀😃😄😁😆😊🙂😉😍🥰😘😎🤗🥳😂🤣☺😋😇🤩👍👏🙏💪✨🎉💯🙌👌",
    ":(": "😠😡🤬😤😒🙄😞😔😟😢😭😩😫😣😖😕🙁☹👎😱💩😓😥😰🤦😑😾🖕",
    "<3": "❤♥💕💖💗💙💚💛💜🖤💓💞💘💝",
}
"""What each emoji is read as: written as people wrote before there were any, which the training texts are full of."""


def read_emoji(tokenizer: Tokenizer) -> Tokenizer:
    """The same tokenizer; where it takes emoji for unknown words, it reads emoticons in their place from now on."""
    unknown = getattr(tokenizer.model, "unk_token", None)
    if unknown is None or unknown not in tokenizer.encode("😀 😡").tokens:
        return tokenizer
    steps = [normalizers.Replace(Regex(f"[{emoji}]"), f" {read_as} ") for read_as, emoji in EMOTICONS.items()]
    tokenizer.normalizer = normalizers.Sequence([*steps, *([tokenizer.normalizer] if tokenizer.normalizer else [])])
    return tokenizer
