"""Words that say nothing about what a question is about, left out of searches. Data alone."""

from __future__ import annotations

ENGLISH: frozenset[str] = frozenset(
    """
    a about above after again against all also am an and any anybody anyone anything are aren't as at be because been
    before being below between both but by can can't cannot could couldn't did didn't do does doesn't doing don't down
    during each else ever every everybody everyone few for from further get gets getting give go goes going got had
    hadn't has hasn't have haven't having he he'd he'll he's hello her here here's hers herself hey hi him himself his
    how how's i i'd i'll i'm i've if in into is isn't it it'd it'll it's its itself just kind know knows let let's like
    lot made make makes many maybe may me might mine more most much must my myself need needs never no nor not now of
    off ok okay on once one ones only or other our ours ourselves out over own please possible quite rather really
    right said same say see seem seems shall she she's should shouldn't so some somebody someone something somewhere
    still such sure take tell than thank thanks that that's the their theirs them themselves then there there's these
    they they'd they'll they're they've thing things think this those though through to too try trying um under until
    up us use used using very want wants was wasn't way we we'd we'll we're we've well were weren't what what's when
    where where's whether which while who who's whom whose why will with within without won't would wouldn't wonder
    wondering yeah yes yet you you'd you'll you're you've your yours yourself yourselves anyway actually already
    always did dont doesnt im ive whats isnt cant thats
    """.split()
)
"""Casefolded, unstemmed."""

CHINESE_PHRASES: tuple[str, ...] = (
    *("为什么", "怎么样", "怎么办", "怎么", "怎样", "如何", "什么时候", "什么", "多少", "哪里", "哪儿", "哪个", "哪些"),
    *("是否", "是不是", "有没有", "能不能", "可不可以", "要不要", "会不会", "请问", "可以", "应该", "需要", "现在"),
    *("我们", "你们", "他们", "她们", "咱们", "大家", "这个", "那个", "这些", "那些", "这里", "那里", "一下", "一个"),
    *("还是", "还有", "但是", "因为", "所以", "如果", "或者", "而且", "然后", "已经", "没有", "知道", "觉得", "谢谢"),
    *("你好", "您好", "谁", "吗", "呢", "吧", "啊", "嘛", "呀"),
)
"""Asking and joining phrases, taken out before a question is cut into pairs, so that no pair straddles one."""

CHINESE_CHARACTERS: frozenset[str] = frozenset("的了么在是我你您他她它这那就也都很把被让给请吗呢吧")
"""A pair that holds one of these joins words rather than naming something."""

VAGUE: frozenset[str] = frozenset(
    """
    answer bug case change changed difference different doing error example fine fix happen happened happening happens
    help helps idea issue line lot mean means meant miss missing new old point problem problems question questions
    reason result sense similar stuff thought time times understand understood way ways weird work worked working works
    wrong yours look looks looking add added part misunderstanding misunderstood instead multiple
    write wrote try tried trying talk read first last big small good bad best better easy hard simple
    问题 办法 原因 意思 情况 东西 时候 关系
    """.split()
)
"""Words that name nothing by themselves: a question made of these is about something said before it."""
