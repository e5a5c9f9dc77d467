from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.chat.mentions import channels_in, mentioned, written_out
from adapters.slack.marking import escaped
from adapters.slack.notation import common
from adapters.slack.text import address_in


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("ask <@U1|mara> in <#C1|garden> or <#C2>", "ask <@U1> in <#C1> or <#C2>"),
        ("<@W012A3CDE>, please", "<@W012A3CDE>, please"),
        ("<!here> and <!channel|channel>, <!subteam^S1|@team>, <!subteam^S2>", "@here and channel, @team, @subteam"),
        ("<!date^1392734382^{date}|18 February>", "18 February"),
        ("see <http://a.example/x?a=1&amp;b=2>", "see http://a.example/x?a=1&b=2"),
        ("see <http://a.example/x|the page>", "see the page (http://a.example/x)"),
        ("see <http://a.example|a.example>", "see http://a.example"),
        ("mail <mailto:a@b.example|a@b.example>, call <tel:123|123>", "mail a@b.example, call 123"),
        ("if a &lt; b &amp;&amp; c &gt; d", "if a < b && c > d"),
        ("&amp;lt; stays what was typed", "&lt; stays what was typed"),
        ("钥匙在 <#C1|花园> 里", "钥匙在 <#C1> 里"),
    ],
)
def test_what_slack_writes_is_read_in_the_common_notation(written: str, expected: str) -> None:
    assert common(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("<@UBOT> <@U1> where is it?", "<@U1> where is it?"),
        ("hello <@UBOT|understudy>: mara, when?", "hello : mara, when?"),
        ("<@UBOT>", ""),
        ("<@UBOTTOM> is somebody else", None),
        ("&lt;@UBOT&gt; was typed out", None),
        ("nobody", None),
    ],
)
def test_an_address_is_what_stands_beside_the_mention_of_understudy(written: str, expected: str | None) -> None:
    assert address_in(written, "UBOT") == expected


def test_nobody_is_pinged_by_what_is_posted() -> None:
    names = {"U1": "Mara", "C1": "garden"}
    written = "ask <@U1>, <@U2> in <#C1> or <!channel> & <!subteam^S1|@team>"
    assert escaped(written_out(written, names)) == "ask Mara, U2 in #garden or channel &amp; @team"


@given(st.text(alphabet=st.sampled_from("<>&@#!|^UC12 ax\n"), max_size=60))
def test_nothing_that_is_posted_is_live_whatever_stands_in_it(text: str) -> None:
    assert "<" not in escaped(written_out(text, {"U1": "<!channel>"}))
    assert ">" not in escaped(written_out(text, {}))


@given(st.text(max_size=60))
def test_what_is_posted_reads_as_it_was_written_where_nothing_in_it_is_a_mention(text: str) -> None:
    plain = text.replace("<", "(").replace(">", ")")
    assert common(escaped(written_out(plain, {}))) == plain


def test_who_and_what_is_mentioned_is_found_once_in_order() -> None:
    text = "<@U2> and <@U1>, <@U2> in <#C3>"
    assert mentioned(text) == ("U2", "U1")
    assert channels_in(text) == ("C3",)
