"""What the page says between its tables: what each figure means, before anyone reads one."""

from __future__ import annotations

HEAD = """\
How well Ripen understands, through the parts that serve: the bundle, the detectors, the decision at the default
thresholds (`decision` of config.yml)."""

IN_DOCS = """\
This page is what a command printed, on public sets; [benchmarks.json](benchmarks.json) has every figure and draw of
it. `python -m training.benchmarks.page docs/benchmarks.json --pictures docs/pictures > docs/benchmarks.md` makes it
from that, and a test checks that they agree. What was tried and learnt on the way is in [research.md](research.md),
with what has changed [since that run](research.md#since-that-run); the thresholds are in [config.md](config.md)."""

VALIDATION = """\
**These are validation figures**: what is shipped was partly chosen on these messages. Figures of the test splits come
from `--split test`, and those are read once, at the end."""

TEST = """\
These are figures of the test splits. Nothing was chosen by them: that was done on validation splits, or in
cross-validation."""

UNDERSTANDING = """\
Accuracy: the share of messages whose most likely intent, of all intents of the bot, is the one that was meant,
whether or not the bot is sure enough to act on it. In the column of names, all that the bot knows of an intent is its
name read as words; the set has no descriptions. 5 and 10 examples are the sets' usual draws, 1 the first of the five.
When an intent counts as mature is the product's own decision. A star marks sets that the adapter was trained on:
their figures are no measure of unseen intents. A dagger marks sets that a bundle of their own judged
([which](#which-bundle-judged-what))."""

DESCRIBED = """\
Schema-Guided Dialogue describes its intents in one line each, as an author of a bot does. Accuracy among all intents
of the split, known by name, by description, or by both as Ripen reads them, and not one example. Where services share
an intent, the one with most turns is asked."""

MIXED = """\
Some intents with ten examples, the others by name alone, all in one bot and one decision. H is the harmonic mean of
the accuracy on the mature intents' messages and on the new ones': high only when neither kind starves the other.
Which intents are new is drawn anew for each draw; ± is the standard deviation over the draws."""

ACTING = """\
At the default thresholds the bot acts on some messages; on the others it asks back or says that it did not
understand. Acted on: the share of messages in scope that it acts on. Acts that are wrong (selective risk): among
those, the share on which it did not do exactly what was meant."""

STRANGERS = """\
Strangers are messages that none of the bot's intents covers. **Out-of-scope recall** is the share of strangers that
the bot does *not act on*, at the default thresholds: it says that it did not understand, or asks back. "Told that it
is not understood" is the stricter share, without those that are asked back. **In scope, acted on rightly** is the
share of messages in scope that the bot acts on *and* does what was meant: refusing too much costs here. The plain
accuracy of the same bot, which counts the most likely intent however unsure, is in the first table (CLINC150's custom
is to count an answer "out of scope" among the classes, which lies between the two). AUROC needs no threshold: how
well the probability that none fits tells the two kinds apart."""

NEAR_AND_FAR = """\
BANKING77 with 50 of its intents: near strangers mean one of the 27 others, far ones have nothing to do with a bank.
No stranger of a set was seen in training by the bot itself. The far strangers of banking77_oos's validation split are
among CLINC150's own, on which the arbiter's prior was fitted; those of its test split are not."""

CALIBRATION = """\
When the bot says 0.8, is it right in 8 of 10? Confidence of the top intent against accuracy, in 15 bins of equal
width; the calibration error (ECE) is the mean distance of the two, weighted by messages. Bars count the messages of a
bin; points on the diagonal are calibrated."""

SEVERAL = """\
Two messages of different intents joined by "and", "also", a full stop or a question mark; bots with ten examples an
intent. Pairs: both intents acted on and nothing else, and anything acted on that was not meant. Singles: messages
with one wish that were taken for several."""

SENTIMENT = """\
The bundle's own head, through the detector that serves. SST-2 has no neutral sentences, so it is judged by the sign
of the valence; TweetEval by the mean recall of its three labels, on its test split only, since its validation rows
fitted the head."""

PRECISION = """\
The bundle that serves, in both precisions of its encoder; speed of both is in the next table."""

SPEED = """\
A made-up bot of 77 intents with 10 examples each, a message of ten words, detection and decision complete. Latency:
one message at a time, the encoder on so many threads. Throughput: batches of 32 different messages, as many at a time
as there are threads, each message on one. A busy machine is slower, so these are upper bounds for times."""

LEARNING = """\
Learning those 77 x 10 with nothing learnt before, one thread. An edit of one intent takes far less: `make bench`."""

OTHERS = """\
Each in a process and an environment of its own, on the same machine, one thread."""

JUDGES = """\
A figure on a set is fair when neither the adapter nor the arbiter's prior has learnt from it. The prior is fitted
anew without the set where that is needed. HWU64, CLINC150 and SNIPS, which the shipped adapter was taught, are judged
by bundles with adapters that the same recipe made without the set (`training/pretrain/without`, in the repository).
`--bundle-for NAME=FOLDER` has a bundle of yours judge one set."""

OWN_DATA = """\
`ripen benchmark --data FOLDER` takes any utterances as CSV in UTF-8 with the columns `text` and `intent`: one file,
of which a fifth of each intent is held out; or `train.csv` and `test.csv` (`valid.csv`, `train_5.csv`, `train_10.csv`
if you have them; few-shot draws are made otherwise); or sub-folders of such files, a set each. Messages that no
intent covers have the intent `out_of_scope`, or files of their own, `oos_test.csv`. What had to be drawn is drawn by
a fixed seed and said. `--quick` takes minutes and says what it leaves out; `--out FOLDER` gets `benchmark.json`,
`benchmark.md` and the pictures."""
