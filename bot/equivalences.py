"""What says the same in other words, for telling whether two questions ask the same. Data alone.

Only what holds wherever it stands is here: a word that is the same as another in one trade alone is not.
Patterns are applied to casefolded text, English ones to words joined by single spaces.
"""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What kind of thing a question asks for."""

    TOPIC = "topic"  # no question at all: a phrase that names a matter
    WHERE = "where"
    WHEN = "when"
    DAY = "day"
    WHO = "who"
    OWNER = "owner"
    WHOSE = "whose"
    WHY = "why"
    HOW = "how"
    MANY = "many"
    MUCH = "much"
    LONG = "long"
    OFTEN = "often"
    EXTENT = "extent"  # how big, how far
    WHAT = "what"
    MEANING = "meaning"
    ALLOWED = "allowed"
    POSSIBLE = "possible"
    CAN = "can"  # either of the two
    MUST = "must"
    SHOULD = "should"
    EXISTS = "exists"
    WHETHER = "whether"


_ANYBODY = r"(?:i|we|one|you|people|someone|somebody)"
_AIDS = r"(?:do|does|can|could|should|would|shall|may|might|must)"

OPENERS = (
    r"(?:hi|hey|hello|hallo|dear all|good morning|good afternoon|good evening|please|ok|okay|so|sorry|excuse me|thanks"
    r"|btw|by the way|quick question|question)"
    r"|(?:can|could|would|will) (?:you|anyone|anybody|someone|somebody) (?:please )?(?:tell me|remind me|let me know)"
    r"|(?:do|does|did) (?:you|anyone|anybody|someone|somebody)(?: here)?(?: happen to)? know"
    r"|(?:i was|i am|i) (?:just )?(?:wondering|wonder|asking)|i (?:want|need|would like|would love) to know"
    r"|(?:any|have you any|do you have any) idea|(?:please )?(?:tell|remind) me"
)
"""What a question may begin with, again and again, without asking anything else."""

CLOSERS = r"(?:please|thanks|thank you|thx|cheers|by the way|btw|exactly)"

ENGLISH_PHRASES: tuple[tuple[str, str], ...] = (
    (
        r"\b(?:is|are|am) (?:the )?owners? of\b|\b(?:is|are|am) (?:responsible for|in charge of|accountable for)\b",
        "owns",
    ),
    (r"\b(?:turn|switch)(s|ed|ing|es)? on\b", r"enable\1"),
    (r"\b(?:turn|switch)(s|ed|ing|es)? off\b", r"disable\1"),
    (r"\b(?:turned|switched) on\b", "enabled"),
    (r"\b(?:turned|switched) off\b", "disabled"),
    (r"\b(?:what is )?(?:the )?(?:deadline|due date) (?:for|of) (.+)$", r"when \1 due"),
    (r"\b(?:have to|must|need to)(?: i| we| you)? (?:submit|hand in|turn in|send in) (.+)$", r"\1 due"),
    (r"\b(?:submission )?deadline\b|\bdue dates?\b", "due"),
    (r"\b(?:submit|send)(s|ted|ting|ing)? in\b|\b(?:hand|turn)(s|ed|ing)? in\b", "submit"),
    (r"\bset(?:ting|s)? up\b|\bsetup\b", "set-up"),
    (r"\b(?:log|logged|logging|sign|signed|signing)[ -]?in\b", "log-in"),
    (r"\b(?:log|logged|logging|sign|signed|signing)[ -]?out\b", "log-out"),
    (r"\broll(?:ed|ing|s)? back\b|\brollbacks?\b", "roll-back"),
    (r"\bback(?:ed|ing|s)? up\b|\bbackups?\b", "back-up"),
    (r"\bon call\b|\boncall\b", "on-call"),
    (r"\bpull requests?\b|\bprs\b", "pr"),
    (r"\b(staging|production|prod|test|testing|development|dev|qa) env(?:ironment)?s?\b", r"\1"),
    (r"\b(access|link|path|guide|key|introduction|login|invitation) to\b", r"\1 for"),
    (r"\bwhether or not\b", "whether"),
    (r"\b(?:a )?single\b", "one"),
    (r"\b(?:ask|apply)(?:s|ed|ing)? for\b", "request"),
)
"""Phrases, and the one word that stands for each."""

ENGLISH_WORDS: dict[str, str] = {
    "begin": "start", "begins": "start", "beginning": "start", "began": "start", "begun": "start",
    "finish": "end", "finishes": "end", "finished": "end", "finishing": "end",
    "colour": "color", "colours": "color", "organise": "organize", "licence": "license", "centre": "center",
    "repo": "repository", "repos": "repository", "docs": "documentation", "doc": "documentation",
    "documents": "document", "prod": "production", "config": "configuration", "configs": "configuration",
    "db": "database", "dbs": "database", "pwd": "password", "passwd": "password", "app": "application",
    "apps": "application", "info": "information", "vacation": "holiday", "vacations": "holiday", "env": "environment",
    "obtain": "get", "receive": "get", "create": "make", "execute": "run", "executed": "run", "executing": "run",
    "modify": "change", "modified": "change", "purchase": "buy", "bought": "buy", "laptops": "laptop",
    "kept": "keep", "held": "hold", "built": "build", "sent": "send", "made": "make", "given": "give", "gave": "give",
    "found": "find", "chosen": "choose", "chose": "choose", "written": "write", "wrote": "write", "broken": "break",
    "broke": "break", "done": "do", "paid": "pay", "sold": "sell", "won": "win", "lost": "lose", "taken": "take",
    "took": "take", "shown": "show", "driven": "drive", "drawn": "draw", "known": "know", "seen": "see",
    "left": "leave",
    "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
    "ten": "10", "second": "2nd", "third": "3rd", "first": "1st",
}  # fmt: skip
"""Words, casefolded and unstemmed, and the one that stands for them."""

PARTICIPLES = frozenset(
    "written broken done given chosen taken shown driven drawn thrown grown known seen spoken".split()
)
"""Participles that do not end in -ed and are no past forms."""

ACTS = (
    *("ation", "ition", "ction", "ssion", "sion", "ment", "ing", "reset", "set-up", "roll-back", "back-up", "upgrade"),
    *(
        "update",
        "restart",
        "install",
        "deploy",
        "repair",
        "export",
        "import",
        "refund",
        "cleanup",
        "shutdown",
        "release",
    ),
)
"""What a noun ends in that names something one does."""

INFLECTED = frozenset("enable disable archive apply supply reply rely agree free".split())
"""Verbs with such an ending, which are inflected like any other."""

UNCHANGED = frozenset("reset set run put cut read shut split let hit cast".split())
"""Verbs whose participle looks like the verb."""

PRESENT_FORMS = frozenset("need seed feed speed breed exceed proceed succeed embed shed bleed weed".split())
"""Words that end in -ed and are no past forms."""

PAST_FORMS = frozenset(
    """
    wrote made took went got sent gave chose built broke ran had did said told found lost won paid bought held kept
    left meant met began came became drew drove fell felt flew grew hid knew led let lent rose saw sold spoke spent
    stood stole swam taught threw understood woke wore
    """.split()
)
"""Irregular past forms that do not end in -ed."""

ENGLISH_FILLERS = frozenset(
    """
    a an the our please currently usually typically normally actually really just also exactly simply
    basically presently kindly maybe perhaps some any i we 's
    """.split()
)
"""Words without which a question asks the same."""

JOINERS = frozenset("of for in on at to into onto with about regarding within inside".split())
"""Dropped, but where one stood is remembered: *the manual for the test* is not *the manual test*."""

LOCATING = frozenset("find locate located keep kept store stored live lives sit sits lie lies situated saved".split())
"""Verbs that say no more than *where* does already."""

KEEP_WHOLE = (
    "er",
    "ers",
    "or",
    "ors",
    "able",
    "ible",
    "tive",
    "sive",
    "al",
    "ful",
    "less",
    "ly",
    "ity",
    "ness",
    "ist",
    "ism",
    "ee",
    "ees",
)
"""Endings that make another thing of a word: a *reviewer* is not a *review*. Only its plural is taken off."""

ENGLISH_FRAMES: tuple[tuple[Kind, str], ...] = (
    (Kind.MANY, r"how many|(?:what is )?the number of"),
    (Kind.MUCH, r"how much"),
    (Kind.OFTEN, r"how (?:often|frequently)"),
    (Kind.LONG, r"(?:for )?how long|(?:what is )?the duration of"),
    (Kind.WHY, r"why|how come|(?:what (?:is|was|are) )?the reasons? (?:for|why|that|behind)"),
    (
        Kind.HOW,
        (
            rf"(?:what is )?(?:the )?(?:best |right |proper |easiest |correct )?way (?:to|of|for)|how to"
            rf"|what (?:do|should|must|can) {_ANYBODY} do to"
            r"|(?:what (?:is|are) )?(?:the )?(?:steps?|procedure|process|instructions?) (?:to|for|of|on)"
            rf"|how {_AIDS} {_ANYBODY}|how (?:is|are)|how"
        ),
    ),
    (
        Kind.WHERE,
        rf"where (?:do|can|could) {_ANYBODY}|(?:what is )?(?:the )?location (?:of|for)|in (?:which|what) place|where",
    ),
    (Kind.DAY, r"(?:on )?(?:which|what) (?:day|date|days|dates)"),
    (Kind.WHEN, r"by when|(?:at |by )?(?:which|what) time|when"),
    (Kind.WHOSE, r"whose"),
    (Kind.WHO, r"who|whom"),
    (Kind.WHAT, r"what|which"),
)
"""How an English question asks. The earliest in the text counts, the longest of those; all else is what it is about."""

ENGLISH_OPENINGS: tuple[tuple[Kind, str], ...] = (
    (Kind.ALLOWED, r"may|is it (?:ok|okay|allowed|permitted|fine|alright|all right)(?: for| to| if)?"),
    (Kind.POSSIBLE, r"is it possible(?: for| to)?"),
    (Kind.CAN, r"can|could"),
    (Kind.EXISTS, r"(?:is|are) there|do (?:we|you) have|have (?:we|you) got|was there|were there|did (?:we|you) have"),
    (Kind.MUST, r"must|is it (?:required|mandatory|necessary)(?: for| to)?"),
    (Kind.SHOULD, r"should"),
    (Kind.WHETHER, r"is|are|am|was|were|do|does|did|has|have|had|will|would|if|whether"),
)
"""How an English question that is answered by yes or no begins."""

CHINESE_FILLERS = (
    r"请问一下|请问|麻烦问一下|想问一下|想问问|问一下|问下|请教一下|请教|我想知道|想知道|想了解|有人知道|有谁知道|谁知道"
    r"|你知道|您知道|知不知道|能告诉我|可以告诉我|请告诉我|告诉我|您好|你好|大家好|谢谢|多谢|麻烦"
    r"|我们的|咱们的|你们的|目前|一般来说|一般|通常|具体|到底|究竟|一下"
)
CHINESE_ANYBODY = "(?:我们|咱们|你们|大家|我|你|您)(?!的)"
"""Who asks or is asked, where it is who does it: *we* as the one something is done to is no filler."""

CHINESE_PARTICLES = "呢啊呀吧嘛哈哦啦"

CHINESE_WORDS: tuple[tuple[str, str], ...] = (
    ("帐号", "账号"), ("帐户", "账号"), ("账户", "账号"), ("登陆", "登录"), ("开启", "打开"), ("关掉", "关闭"),
    ("启用", "打开"), ("停用", "关闭"), ("禁用", "关闭"), ("重新启动", "重启"), ("更改", "修改"), ("使用", "用"),
    ("截止日期", "截止"), ("截止时间", "截止"), ("之前", "前"), ("以前", "从前"), ("之后", "后"), ("以后", "后"),
    ("存放", "放"), ("保存期限", "保存"), ("申领", "申请"), ("口令", "密码"), ("代码库", "仓库"),
    ("做些什么", "做什么"),
    ("数据库", " database "), ("仓库", " repository "), ("文档", " documentation "), ("密码", " password "),
    ("生产环境", " production "), ("正式环境", " production "), ("测试环境", " test "), ("环境", " environment "),
    ("部署", " deploy "), ("服务器", " server "), ("分支", " branch "), ("端口号", " port "), ("端口", " port "),
    ("配置文件", " configuration file "), ("配置", " configuration "), ("会议室", " meeting room "),
)  # fmt: skip
"""Words, and the one that stands for them; some in English, for who writes both languages in one sentence."""

CHINESE_FRAMES: tuple[tuple[Kind, str], ...] = (
    (Kind.OFTEN, r"多久一次|多长时间一次|多频繁|隔多久|每隔多久"),
    (Kind.LONG, r"多久|多长时间|多少时间"),
    (Kind.MUCH, r"多少钱"),
    (Kind.EXTENT, r"多(?=[大长高快远重宽深])"),
    (Kind.WHAT, r"(?:的)?(?:是|为)(?:多少|几)(?:号)?(?=$|\s)"),
    (Kind.MANY, r"多少个|多少台|多少次|多少条|多少人|多少|几个|几台|几次|几条"),
    (
        Kind.WHEN,
        r"(?:是)?(?:在)?(?:什么时候|何时|几点钟|几点|什么时间|啥时候)",
    ),
    (Kind.DAY, r"(?:是)?(?:在)?(?:哪一天|哪天|几号|周几|星期几|什么日子)"),
    (
        Kind.WHERE,
        (
            r"(?:都)?(?:保存|存放|存|放)?(?:是)?(?:去|到|在)?(?:哪里|哪儿|什么地方|什么位置|哪)(?:可以|能够|能)?(?:找到|查到|看到|找)"
            r"|(?:都)?(?:保存|存放|存|放)?(?:是)?(?:去|到|在)(?:哪里|哪儿|什么地方|什么位置|哪(?![个些种位天一]))"
            r"|哪里|哪儿|什么地方|的位置(?:是什么)?(?=$|\s)"
        ),
    ),
    (Kind.OWNER, r"的?负责人(?:是|叫)(?:谁|哪位)|(?:是)?(?:由|归)?(?:谁|哪位)(?:来)?(?:负责|管)(?:的)?"),
    (Kind.WHO, r"(?:是由|由|归|是)?(?:谁|哪位|什么人|哪个人)(?:来)?"),
    (Kind.WHY, r"为什么|为何|为啥|(?:的)?原因是什么|是什么原因|(?:的)?原因(?=$|\s)|怎么(?=这么|会)"),
    (
        Kind.HOW,
        (
            r"(?:的)?(?:步骤|方法|流程|办法)(?:是什么|是怎样的|有哪些)?(?=$|\s)|怎么操作|如何操作"
            r"|(?:应该|应当|该|要)?(?:怎么样|怎么|怎样|如何|咋)(?:才能|才可以|可以|能)?"
        ),
    ),
    (Kind.MEANING, r"(?:的意思)?(?:是)?(?:什么意思|啥意思)|的意思是(?:什么|啥)|的含义(?:是什么)?"),
    (
        Kind.WHAT,
        r"什么是|(?:用的是|用的|的是|用|是)?(?:哪一个|哪个|哪些|哪种|什么|啥)",
    ),
)
"""How a Chinese question asks. The earliest counts, the longest of those; all else is what it is about."""

CHINESE_CLOSED: tuple[tuple[Kind, str], ...] = (
    (Kind.EXISTS, r"有没有|是否有|有无"),
    (Kind.MUST, r"需不需要|要不要|用不用|是否需要|是否必须|是不是需要|是不是必须|是不是要"),
    (Kind.SHOULD, r"应不应该|该不该|是否应该"),
    (Kind.ALLOWED, r"是否允许|允不允许|是否准许"),
    (Kind.CAN, r"可不可以|能不能|能否|可否|是否可以|是否能"),
    (Kind.WHETHER, r"是不是|是否|会不会"),
)
"""How a Chinese question asks for yes or no by itself."""

CHINESE_WITH_MA: tuple[tuple[Kind, str], ...] = (
    (Kind.ALLOWED, r"允许"),
    (Kind.MUST, r"一定要|必须要|必须|需要|(?<![重主摘概只不])要(?!求|点|素)"),
    (Kind.SHOULD, r"应该"),
    (Kind.CAN, r"(?<!不)(?:可以|能够|(?<![性功智可节])能(?![力源]))"),
    (Kind.EXISTS, r"(?<![没所拥享含])有(?![效关些限])"),
)
"""How one that ends in 吗 does."""
