"""Which of a worker's sentences state what holds beyond its moment: explanations, decisions, preferences. Pure.

Everything here errs towards silence: a sentence is taken only if it can be understood alone, and if one of the patterns
says what it is. What is about a person, or about anybody's health, mood, pay or whereabouts, is never taken.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.passages import asks, is_reaction
from bot.patterns import Pattern
from bot.profile.claims import ClaimKind
from bot.sentences import introduces, is_code, is_item, sentences, without_address
from bot.terms import is_vague_term, query_terms
from bot.unanswerable import is_about_person, is_vague

SHORTEST, LONGEST = 25, 200
SHORTEST_CHINESE = 10
FEWEST_NAMING = 3
FEWEST_PLAIN = 4
SHORTEST_PROSE = 4

_CODE_SPAN = Pattern(r"`([^`]+)`")
_HAN = Pattern(r"[\u3400-\u9fff]")
_SUBJECT = r"(?:(?:the|a|an|every|each|all|most)\s+)?(?:[\w`./:#+@*<>=!?'-]+\s+){0,6}?"


_NAMED = r"(?:`[^`]+`|[\w-]*[A-Z0-9][\w-]*|[\w-]+[./_:#][\w./_:#-]+)"
_VERBS = (
    r" (?:is|are|means?|returns?|takes?|produces?|creates?|checks?|controls?|holds?|contains?|sets?|tells?|reads?|"
    r"writes?|"
    r"runs?|starts?|stops?|listens?|fails?|retries|waits?|ends?|expires?|happens?|gets?|gives?|does(?:n['’]t)?|"
    r"do(?:n['’]t)?|"
    r"has|have|uses?|allows?|lets?|provides?|works?|comes?|goes|go|will)"
)


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of the worker's own, and what kind of claim it makes."""

    kind: ClaimKind
    text: str


def _any(*patterns: str) -> Pattern:
    return Pattern("|".join(patterns), re.IGNORECASE)


KINDS: tuple[tuple[ClaimKind, Pattern], ...] = (
    (
        ClaimKind.PREFERS,
        _any(
            r"\bi(?:['’]d| would)? (?:much |strongly |generally |usually |really |also )*(?:prefer|rather|favou?r)\b",
            r"\bmy preference\b|\bi (?:generally |usually |always )?(?:recommend|advise|avoid)\b",
            r"\b(?:it['’]s|it is|is) better to\b.*\bthan\b|^better to\b.*\bthan\b",
            r"更喜欢|更倾向|倾向于|宁愿|宁可|最好|建议(?:用|先|不要|大家)|我喜欢|偏好",
        ),
    ),
    (
        ClaimKind.DOES,
        _any(
            r"\bwe(?:['’]ve| have)? (?:all )?(?:decided|agreed|settled)\b|\b(?:it was|was) (?:decided|agreed)\b",
            r"\bmoves? (?:from\b.{1,40} )?to\b|\b(?:is|are) no longer\b",
            r"^(?:decision|agreed|rule|policy|convention)s?\s*[:：]",
            r"\bfrom now on\b|\bgoing forward\b|\bas of (?:today|now)\b|\bfrom (?:this|next) (?:week|release|"
            r"sprint) on\b",
            r"\blet['’]s (?:use|go with|stick|keep|switch|move|always|never)\b",
            r"\b(?:i|we) (?:always|usually|normally|typically|generally|never)\b",
            r"^(?:\w+ )?we (?:use|deploy|ship|release|merge|review|keep|store|rotate|run|test|cut|freeze|tag)\b",
            r"\bour (?:policy|convention|rule|process|practice) is\b",
            r"决定|改用|改成|改为|(?:^|[,，。;；])以后|统一(?:用|走|放)|约定|规定|我一般|我通常|我总是|我们(?:都|一般|总是)|从现在起|从今天起",
        ),
    ),
    (
        ClaimKind.KNOWS,
        _any(
            r"\b(?:lives?|is stored|are stored|is kept|are kept|is defined|are defined|is documented|are documented|"
            r"is described|sits|goes|go|belongs?) (?:in|at|under|on|into|inside)\b",
            r"\bbecause\b|\bdue to\b|\bthe reason (?:is|for|that|why)\b",
            r"^(?:in order )?to \w+.*?,? (?:you (?:need|have|must|can|should|could)|use|run|call|set|add|put|pass|"
            r"open)\b",
            r"^(?:if|when|whenever|once) (?:you|the|a|an|your|there)\b.*,? (?:you (?:need|have|must|can|should)|"
            r"use|run|call)\b",
            r"^you (?:need|have) to\b|^you (?:must|should|can|can['’]t|cannot)\b",
            r"\bmake sure (?:to|that|you)\b|\bdon['’]t forget to\b",
            r"\b(?:needs?|requires?|depends? on|defaults? to|supports?|expects?|stands for|refers to|consists? of)\b",
            r"\bby default\b|\bonly works?\b|\bworks? (?:only )?(?:if|when|with|on)\b|\bmust (?:be|not|have)\b|"
            r"\bcan(?:['’]t|not) be\b",
            rf"^{_SUBJECT}{_NAMED}(?: \w+)?{_VERBS} ",
            r"^(?:(?:the|an?|every|each|all|most)\s+)?(?:[\w'-]+\s+){1,5}(?:is|are) (?:an?|the|always|never|"
            r"only|also|not)\b",
            r"在[^,,。]{1,30}(?:里|下面|上面|中|目录|频道|文件)|因为|由于|原因是|需要|必须|要先|得先|默认|是用来|指的是|表示",
            r"负责|支持|只能|不能|不要|记得|可以用|可以在|是指|分为|等于|最多|最少|至少|超过|超时|每[天周月]|上限|下限|位于|存在",
        ),
    ),
)
"""The first that fits says what a sentence is."""

_LEANS = _any(
    r"^\W*(?:he|she|we(?:['’]re| are)|i(?:['’]m| am)|there(?:['’]s)?|here(?:['’]s)?|otherwise|instead|however|"
    r"anyway|actually|"
    r"basically|alternatively|additionally|another|same|again|still|plus|unless|except|until|hence|therefore|thus|"
    r"in (?:that|this|which|your) case|for (?:example|instance|that|this)|e\.?g|i\.?e|ultimately|maybe|perhaps|"
    r"apparently|"
    r"hopefully|sorry|please|let me|lol|haha|even|not|yet|only|just|one (?:of|thing|reason|option|way|more)|"
    r"the (?:other|others|same|latter|former|first|second|last|next|only|above|following|problem|issue|reason|"
    r"point|idea|thing|"
    r"question|answer|difference|trick|result|code|error|main|rest|trouble|advantage|disadvantage|downside|"
    r"alternative|"
    r"whole|intent|goal|aim|workaround|missing|final|remaining|relevant|entire|example|actual|real|current|original|new|old)|my|your|his|her|"
    r"their|its|both|neither|either|none|some|most of|each of|"
    r"part of|sometimes|usually|in general|after|before|at least|at that|at this|by the way|btw|fwiw|imo|iirc|"
    r"afaik|hm+|"
    r"wow|yay|ugh|good|great|nice|glad|what|how|why|who|where|whatever|wherever|except|given|considering)\b",
    r"^(?:可以|行|好|嗯)[,，]|我(?:会|去|来|先|约|看)",
    r"^\W*(?:绕过|解决|办法|原因|做法|结果|另外|而且|其实|不过|然后|这|那|它|他|她|也|同样|比如|例如|否则|不然|还有|就是|刚|同上|前面|上面|后面|下面|如上|其中)",
    r"\b(?:this(?! week| release| sprint)|these|those|he|she|him|her|his|hers|they|them|their|theirs|such|"
    r"above|below|here|"
    r"elsewhere|the same|"
    r"the (?:former|latter|other)|(?:one|ones) (?:is|are|that)|earlier|previous(?:ly)?|again|too|as well|yours?|u|"
    r"your(?:self)?)\b",
    r"\b(?:do|does|did|doing|done|for|with|of|like|by|about|to|in|on|at|after|before|from|is|was|than|want|need|use|"
    r"why|because|mean|means|fix|solve|handle|avoid|support|allow|call|see|seen|know|without|have|has) (?:that|it|"
    r"one)\b(?! \w+ing\b)",
    r"\bthat(?:['’](?:s|d|ll)| (?:is|was|would|will|can|could|should|does|did|doesn|isn|wasn|might|may|way|case|"
    r"point|kind|"
    r"sort|one|thing|stuff|part|problem|code|function|file|line|error|approach|idea|example|version))\b",
    r"\bthat\s*(?:\Z|[,.;)]|because|and\b|but\b|or\b|so\b|too\b|either\b)",
    r"\bthe (?:final|first|second|third) [a-z]+\b"
    r"(?! (?:monday|tuesday|wednesday|thursday|friday|of (?:the|each|every) month))",
    r"^each (?:has|is|of|one)\b|\b(?:goes|go|put|is|are|lives?|stays?) there\b",
    r"[这那]个|这[样里种些边]|那[样里种些边]|它|他们?(?!性)|她们?|该(?=[文函接])|上述|同理|刚才|前面说|你(?:的|那|这)",
)
"""Signs that a sentence rests on something said around it."""
_OPINES = _any(
    r"\b(?:definitely|unfortunately|fortunately|absolutely|honestly|frankly|really|pretty|super|cool|great|"
    r"awesome|annoying|"
    r"obvious(?:ly)?|straightforward|interesting|nice|ugly|painful|amazing|confusing|hard(?:er)?|tricky|terrible|"
    r"horrible|"
    r"awful|fun|funny|beautiful|elegant|exciting|vaporware|impressive|lovely|though|anyways?|yes|somehow|"
    r"wondering|thanks|"
    r"likewise|anyone|someone|somebody|anybody|everyone|something|beginning|clarify|feedback|question|"
    r"problem with|etc|good|right thing|correct|similar|decent|lot of|lots|_lot_|(?:faster|slower|"
    r"better|worse) than|most likely|likely|no problem|fine|already|suppose|easy|easier|best|worst|bad|useful|"
    r"useless|nicely|"
    r"top notch|big deal|problematic|helpful|essential|prominent|mere|luxury|a lot|problem|issue|"
    r"(?<!you )should(?! be)|example|could|would(?! (?:prefer|rather))|appears?|is because)\b"
    r"|\b(?:has|have) (?:been|\w+ed)\b",
    r"\bwe (?:could|can|would|might|may|should|need|will)\b|\bwe['’](?:d|ll)\b",
    r"\b(?:less|more) [a-z]+\b(?!.*\bthan\b)",
    r"[!！](?=\s|\Z)|[:;]-?[()DPp](?=\s|\Z)|:[a-z_]+:",
    r"\bis (?:correct|right|wrong|true|fine|ok|okay|expected|out|down|up|back|broken|offline|red|green|done|ready|"
    r"late|stuck|"
    r"missing|gone|coming)\s*(?:\Z|[.,;]|for\b|again\b|now\b)",
    r"\b(?:you (?:want|get|got|may|might|could|had|did|were|said|mentioned|wrote|have a|are|can see))\b",
    r"\b(?:is|are) (?:https?:|having|working on|looking|trying|being|about ready|already)|: ?https?:\S+\s*\Z",
    r"谢谢|太(?:好|棒|慢|难)|真的|哈|辛苦",
)
"""Signs that a sentence judges, reacts or reports rather than explains."""
_OF_A_PERSON = Pattern(
    r"^[A-Z][a-z]+['’]s (?:point|idea|suggestion|comment|code|question|answer|work|talk|paper|post)\b"
    r"|\b[A-Z][a-z]+ (?:said|says|thinks|thought|told|asked|wrote|knows|wants|wanted|mentioned|suggested|likes|"
    r"doesn['’]t like|has to|is away|is \w+ing)\b"
)
_THE_GIVEN = Pattern(
    r"^(?:the|those|any|our|all the|some) (?:\w+ )?(?:endpoints?|requests?|responses?|changes?|patch|fix|bugs?|"
    r"modules?|macros?|functions?|"
    r"programs?|files?|packages?|librar(?:y|ies)|options?|outputs?|lists?|values?|types?|class(?:es)?|structs?|"
    r"fields?|frames?|"
    r"purpose|details?|numbers?|sheets?|docs?|documentation|manual|pages?|links?|branch|commits?|tests?|flags?|"
    r"server|app|"
    r"elements?|parts?|pieces?|names?|language|project|expression|contents?|approach|cost|point) (?:of the |"
    r"in the )?\w* ?"
    r"(?:is|are|has|have|will|can|does|do|gets?|returns?|takes?|goes|doesn['’]t|don['’]t|in|on|only)\b",
    re.IGNORECASE,
)
"""A beginning that takes for known which one is meant."""
_ANCHOR = Pattern(
    r"`[^`]+`|https?://|(?<!\A)\b[A-Z][\w-]+|\b[A-Z]{2,}|[\w-]+[./_:#][\w/_:#-]+|\b\w+-\w+|\w*\d\w*|#\w|"
    r"[\u3400-\u9fff]"
)
_EXPLAINS = _any(
    r"\b(?:because|since|so that|when|if|unless|before|after|until|requires?|needs?|must|have to|need to|default|"
    r"only|instead of|in order to|without|therefore|which)\b",
    r"\b(?:prefer|rather|favou?r|recommend|we decided|we agreed|from now on|always|never|usually|our|than)\b",
)
_EMPTY_IT = Pattern(r"^it(?:['’]s| is) (?=(?:better|best|safer|cheaper) to\b)", re.IGNORECASE)
"""An *it* that stands for nothing."""
_IT = Pattern(r"\bit(?:['’]s|['’]ll|['’]d)?\b", re.IGNORECASE)
_MOMENTARY = _any(
    r"\b(?:(?<!as of )today|tomorrow|yesterday|tonight|"
    r"(?<!from )this (?:morning|afternoon|evening|week|month|time)|right now|"
    r"at the moment|"
    r"currently|just now|just|(?:next|last) (?:week|month|time|night|year)|in a (?:minute|moment|bit|sec)|later|"
    r"soon|so far|"
    r"ago|recently|lately|finally|eventually|near term|(?<!is )(?<!are )(?<!as of )now(?! on)|yet)\b",
    r"(?<!从)今天|明天|昨天|刚刚|(?<!从)现在|待会|稍后|下周|上周|今晚|今早|这周|暂时|回头|马上",
)
_UNSURE = _any(
    r"\b(?:maybe|perhaps|not (?:entirely |really |quite |100% )?(?:sure|certain)|no idea|i (?:guess|suppose|"
    r"suspect|assume|"
    r"imagine|hope|wonder|wish|doubt|bet)|might|probably|presumably|possibly|supposedly|apparently|seems?|iirc|"
    r"afaik|iiuc|necessarily|basically|idk|fwiw|imh?o|"
    r"if i (?:recall|remember)|as far as i|i (?:think|believe|feel|thought|was|had|have|got|did|tried|just|want|"
    r"wanted|need|"
    r"needed|will|would(?! (?:prefer|rather))|should|could|can|can['’]t|don['’]t|didn['’]t|see|saw|like|love|hate|"
    r"understand|mean|"
    r"remember|know|knew)|i['’](?:m|ve|ll)|sort of|kind of|kinda|looks like|sounds like|would be (?:nice|good|"
    r"great|cool)|"
    r"could be|may be|should be (?:fine|ok|possible|able)|lol|haha|oops|weird|strange|wtf|damn|hell)\b",
    r"可能|也许|大概|估计|好像|似乎|应该是|不确定|我猜|我想|哈哈",
)
_PERSONAL = _any(
    r"\b(?:sick|ill|illness|doctor|dentist|hospital|headache|fever|flu|covid|surgery|therap\w+|medication|"
    r"pregnan\w+|tired|"
    r"exhausted|stress\w*|burn(?:ed|t)? ?out|depress\w*|anxi\w+|angry|upset|sad|happy|mood|lonely|vacation|holidays?|"
    r"on leave|day off|out of office|ooo|wfh|work(?:ing)? from home|at home|travel\w*|flight|on the train|"
    r"birthday|wedding|"
    r"salar\w+|wages?|payroll|pay ?rise|bonus|raise|paid|income|rent|mortgage|religio\w+|church|vote[ds]?|kids?|"
    r"wife|husband|"
    r"girlfriend|boyfriend|mother|father|mom|dad|boss|colleague|fired|hired|hiring|promot(?:ed|ion))\b",
    r"生病|感冒|发烧|医院|医生|请假|休假|病假|年假|工资|薪水?|奖金|加薪|心情|难过|生气|压力大|好累|怀孕|在家|出差|生日|老婆|老公|孩子|父母|老板|辞职|招聘|升职",
)
_SECRET = _any(
    r"\b(?:pass(?:word|wd|phrase)|secret|api[ _-]?key|access[ _-]?key|private key|token|pin|pwd)\b\s*(?:is|are|[:=])",
    r"\b(?:sk|pk|ghp|gho|xox[abprs]|akia|glpat)[-_]?\w{8,}|-----BEGIN",
    r"(?<![\w/.-])(?=[\w+/=-]*\d)(?=[\w+/=-]*[a-z])[\w+/=-]{24,}(?![\w/.])",
    r"\b[\w.+-]+@[\w-]+\.\w{2,}|(?<!\d)(?:\+?\d[ -]?){9,}(?!\d)|://[^\s/:]+:[^\s/@]+@",
    r"密码(?:是|为|[:：])|口令(?:是|为|[:：])|密钥(?:是|为|[:：])",
)
_PAST = Pattern(
    r"\b(?:was|were|has been|have been|had)\b|"
    r"\b(?:i|we|he|she|they) (?:was|were|had|did|got|made|went|said|told|saw|found|tried|wrote|built|fixed|"
    r"started|used|added|"
    r"changed|broke|forgot|switched|moved|ran|thought|wanted|needed|noticed|asked)\b",
    re.IGNORECASE,
)
_BADLY_CUT = Pattern(
    r"^[^\w`#/\"“*_]|(?:,|…|\.\.\.|-|–|\()\s*\Z|^[a-z]+\)|^(?:&gt;|>)"
    r"|^(?:since|because|preferably|with|also|or|and|as|which|than|of|so|if so|trying|much|like|esp|hum|will|i also|"
    r"do you|in other words|we have to|for other|especially|have|having|"
    r"got|mostly|everything|people|steps|during|need|needs|stole|"
    r"fails|works|doesn['’]t|can['’]t|cannot|won['’]t|difficult|lots?|til|idk|fyi|generally|error|use case|"
    r"let['’]s say|https?:|"
    r"note (?:that )?(?:won|does|is|will|can)|(?:part|step|issue|point|option|case|number)s? \d|\d+(?:st|nd|rd|th)\b)"
    r"|^(?:when|if|once|whenever)\b[^,，]*\Z|^[\w .'-]{1,24}: |\\|[\u2600-\u27bf\U0001f300-\U0001faff]"
    r"|\S\n|\bI never (?:\w+ed|read|saw|had|got|tried|heard|knew|seen|been|understood|found|thought)",
    re.IGNORECASE,
)


def statements(text: str) -> tuple[Statement, ...]:
    """Return what a message states, sentence by sentence in order; nothing if it asks or merely reacts throughout."""
    parts = [piece for piece in sentences(text) if not is_code(piece)]
    found = ((kind_of(piece), piece) for piece in parts if is_self_contained(piece))
    return tuple(Statement(kind, piece) for kind, piece in found if kind is not None)


def kind_of(sentence: str) -> ClaimKind | None:
    """Return what kind of claim a sentence makes; None if no pattern finds one, or it tells what merely happened."""
    kind = next((kind for kind, pattern in KINDS if pattern.search(sentence)), None)
    if kind is ClaimKind.KNOWS and (_PAST.search(sentence) or re.search(r"\b(?:I|me|my|mine)\b", sentence)):
        return None
    return kind


def is_self_contained(sentence: str) -> bool:
    """Whether a sentence can be understood, and kept, without what stands around it."""
    if not _has_good_length(sentence):
        return False
    own = _EMPTY_IT.sub("", sentence)
    bare = _without_code(own)
    if _SECRET.search(own) or any(sign.search(bare) for sign in _SIGNS) or any(holds(own) for holds in _AGAINST):
        return False
    return _names_enough(own)


def _has_good_length(sentence: str) -> bool:
    shortest = SHORTEST_CHINESE if len(_HAN.findall(sentence)) >= 4 else SHORTEST
    return shortest <= len(sentence) <= LONGEST


def _is_no_sentence(sentence: str) -> bool:
    """Whether it is a piece of something larger: an item, a heading, code, a quotation, a bracket left open."""
    is_cut = sentence.count("(") != sentence.count(")") or bool(_BADLY_CUT.search(sentence))
    return is_cut or "\n" in sentence or "```" in sentence or is_item(sentence) or introduces(sentence)


def _asks(sentence: str) -> bool:
    return asks(sentence) or "?" in _without_code(sentence) or "？" in sentence


def _is_about_somebody(sentence: str) -> bool:
    return "<@" in sentence or bool(_OF_A_PERSON.search(sentence)) or is_about_person(sentence)


def _without_code(sentence: str) -> str:
    return re.sub(r"`[^`]*`", "`x`", without_address(sentence))


def _names_enough(sentence: str) -> bool:
    """Whether it names enough to be found again: a thing with a name of its own, or much that hangs together."""
    if _size_of_prose(sentence) < SHORTEST_PROSE:
        return False
    naming = sum(not is_vague_term(term) for term in query_terms(sentence))
    if _ANCHOR.search(sentence):
        return naming >= FEWEST_NAMING
    return naming >= FEWEST_PLAIN and bool(_EXPLAINS.search(sentence))


def _uses_placeholders(sentence: str) -> bool:
    """Whether code in it has a name of one letter: it goes on with an example given before."""
    code = _CODE_SPAN.findall(sentence)
    return any(len(piece) == 1 for piece in code)


def _size_of_prose(sentence: str) -> int:
    """How many words stand outside code and links; two Chinese characters are one."""
    prose = re.sub(r"`[^`]*`|\([^()]*\)|https?://\S+", " ", sentence)
    return len(re.findall(r"[A-Za-z]+(?:['’][a-z]+)?", prose)) + len(_HAN.findall(prose)) // 2


def _leans_on_it(sentence: str) -> bool:
    """Whether *it* comes before anything that it could stand for."""
    bare = _without_code(sentence)
    found = _IT.search(bare)
    if found is None:
        return False
    before = bare[: found.start()]
    return len(before.split()) < 5 or sum(not is_vague_term(term) for term in query_terms(before)) < 2


_SIGNS = (_LEANS, _MOMENTARY, _UNSURE, _OPINES, _PERSONAL, _THE_GIVEN)
_AGAINST = (_is_no_sentence, _asks, is_reaction, is_vague, _is_about_somebody, _uses_placeholders, _leans_on_it)
