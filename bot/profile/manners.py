"""What the voice looks for: closed lists of greetings, hedges, habitual words, in two languages. Data alone.

Everything that a voice may ever say of a worker's words is in here, but for the set phrases (`bot.profile.openings`).
"""

from __future__ import annotations

import re

from bot.patterns import Pattern

HABITUAL: frozenset[str] = frozenset(
    """
    actually again already also although always and anyway basically because both but certainly cool
    definitely either especially essentially even exactly feel generally guess honestly however indeed instead
    interesting just kinda like likely literally lol maybe might nice nope normally now obviously often ok
    okay only perhaps personally please possibly pretty probably quite rather really right seems simply since
    so somehow sometimes sorry still stuff super sure surely thanks then therefore though thus too totally
    typically usually very well whatever while yeah yep yes yet
    """.split()
)
"""Words that people are known by; counted a word."""

FUNCTION_WORDS: frozenset[str] = frozenset(
    """
    a about all an any are as at be been by can could do does for from had has have here how i if in into is
    it its just me more most my no not of on one or other our out over should some such than that the their
    them there these they this those to up was we were what when where which who why will with would you your
    """.split()
)
"""Small words whose rates tell writers apart (Mosteller and Wallace 1964), and say nothing about what was said."""

CHINESE_HABITS: tuple[str, ...] = (
    *(
        "吧",
        "呢",
        "啊",
        "哦",
        "哈",
        "嘛",
        "呀",
        "了",
        "的",
        "就",
        "都",
        "也",
        "还",
        "先",
        "再",
        "其实",
        "感觉",
        "然后",
        "不过",
    ),
    *(
        "但是",
        "所以",
        "因为",
        "如果",
        "直接",
        "一下",
        "这个",
        "那个",
        "比较",
        "应该",
        "可以",
        "需要",
        "已经",
        "还是",
        "或者",
    ),
)

PICTOGRAMS: dict[str, str] = {
    "slightly_smiling_face": "🙂",
    "smile": "😄",
    "smiley": "😃",
    "grinning": "😀",
    "grin": "😁",
    "joy": "😂",
    "rofl": "🤣",
    "sweat_smile": "😅",
    "laughing": "😆",
    "wink": "😉",
    "blush": "😊",
    "stuck_out_tongue": "😛",
    "upside_down_face": "🙃",
    "thinking_face": "🤔",
    "shrug": "🤷",
    "sob": "😭",
    "scream": "😱",
    "heart_eyes": "😍",
    "sunglasses": "😎",
    "neutral_face": "😐",
    "slightly_frowning_face": "🙁",
    "disappointed": "😞",
    "confused": "😕",
    "open_mouth": "😮",
    "eyes": "👀",
    "+1": "👍",
    "-1": "👎",
    "ok_hand": "👌",
    "clap": "👏",
    "wave": "👋",
    "pray": "🙏",
    "raised_hands": "🙌",
    "muscle": "💪",
    "fist": "✊",
    "point_up": "☝",
    "heart": "❤",
    "tada": "🎉",
    "fire": "🔥",
    "rocket": "🚀",
    "100": "💯",
    "sparkles": "✨",
    "white_check_mark": "✅",
    "heavy_check_mark": "✔",
    "x": "❌",
    "warning": "⚠",
    "bulb": "💡",
    "bug": "🐛",
    "coffee": "☕",
    "beer": "🍺",
    "cat": "🐱",
}
"""Shortcode → pictogram. One that is not here is counted as another: a team's own may bear a name."""

_WORDS_OF_ORDER = (
    r"add|ask|avoid|call|change|check|choose|click|close|compare|copy|create|delete|do not|don['’]t|download|drop|edit|"
    r"ensure|export|file|find|follow|install|keep|leave|let['’]s|look|make sure|merge|move|never|note|open|pass|paste|"
    r"pick|pull|push|put|read|rebase|remember|remove|rename|replace|restart|run|see|send|set|skip|start|stop|submit|switch|"
    r"take|tell|test|try|turn|update|use|wait|watch|write"
)
_HEDGES = (
    r"i (?:think|guess|believe|suppose|assume|suspect|feel like|wonder)|maybe|perhaps|possibly|probably|presumably|"
    r"might|sort of|kind of|kinda|not (?:really |entirely |quite )?sure|i['’]d (?:say|guess)|it seems|seems like|"
    r"as far as i|afaik|iirc|imo|imho|if i (?:recall|remember)"
)

MARKS: dict[str, Pattern] = {
    "exclaims": Pattern(r"[!！]"),
    "doubles_marks": Pattern(r"[!?！？]{2}"),
    "asks": Pattern(r"[?？]"),
    "trails_off": Pattern(r"…|\.{3}|。{3}"),
    "dashes": Pattern(r"[–—]|\s--?\s"),
    "semicolons": Pattern(r"[;；]"),
    "colons": Pattern(r"\w[:：](?:\s|\Z)"),
    "brackets": Pattern(r"[(（]"),
    "commas": Pattern(r"[,，、]"),
    "quotation_marks": Pattern(r"[\"“”「」]"),
    "emphasis": Pattern(r"(?<!\w)[*_][^\s*_][^*_\n]*[*_](?!\w)"),
    "shouts": Pattern(r"\b(?:NOT|NO|VERY|REALLY|ALL|ALWAYS|NEVER|ANY|ONLY|DO|IS|YES|SO|BUT|AND)\b"),
    "stretches": Pattern(r"([a-z])\1{2}|([啊哈呀哦嗯])\2{2}", re.IGNORECASE),
    "smileys": Pattern(r"(?:^|\s)[:;=]['’]?-?[)(DPp/|](?!\w)|\^_?\^"),
    "curly_marks": Pattern(r"[a-z]’[a-z]"),
    "straight_marks": Pattern(r"[a-z]'[a-z]"),
    "bare_contractions": Pattern(r"\b(?:dont|doesnt|didnt|cant|wont|isnt|im|ive|thats|whats|youre)\b", re.IGNORECASE),
    "small_i": Pattern(r"(?:^|\s)i(?:['’](?:m|d|ll|ve))?(?=\s)"),
    "wide_spaces": Pattern(r"[.!?] {2}(?=\S)"),
    "contracts": Pattern(
        r"\b(?:\w+n['’]t|(?:i|you|he|she|it|we|they|that|there|what|let)['’](?:s|m|re|ve|ll|d))\b", re.IGNORECASE
    ),
    "greets": Pattern(
        r"^\W*(?:(?:hi|hello|hey|howdy|hallo|hiya|yo|greetings|dear|morning)\b|good (?:morning|afternoon|evening)\b"
        r"|你好|您好|大家好|各位好|早上好|上午好|下午好|晚上好|早安|嗨|哈喽)",
        re.IGNORECASE,
    ),
    "takes_leave": Pattern(
        r"(?:\b(?:thanks|thank you|thx|cheers|regards|bye|take care|let me know|hth|hope (?:this|that|it) helps|"
        r"see you|talk soon|have a (?:nice|good|great) \w+)"
        r"|谢谢|多谢|感谢|辛苦了?|拜托了?|再见|拜拜|麻烦了?|先这样)[\s!！.。~～,]*\Z",
        re.IGNORECASE,
    ),
    "thanks": Pattern(r"\b(?:thanks|thank you|thx|ty)\b|谢谢|多谢|感谢", re.IGNORECASE),
    "laughs": Pattern(r"\b(?:ha(?:ha)+|he(?:he)+|lol|lmao|rofl)\b|哈哈|呵呵|嘿嘿|23333", re.IGNORECASE),
    "acknowledges": Pattern(
        r"^\W*(?:yes|yeah|yep|yup|ok|okay|right|sure|true|exactly|agreed|got it|makes sense|i see|ah|oh|hm+|"
        r"cool|nice)\b"
        r"|^\W*(?:好的?|收到|明白|了解|嗯|对|是的|没问题|可以|行|哦)",
        re.IGNORECASE,
    ),
    "orders": Pattern(
        rf"(?:^|[.!:;]\s+|\n)(?:please |just |then |so )?(?:{_WORDS_OF_ORDER})\b|^\W*(?:请|先|不要|别|记得|注意)",
        re.IGNORECASE,
    ),
    "advises": Pattern(
        r"\byou (?:should|must|need to|have to|want to|can|could|may)\b|\b(?:must|has to|needs to)\b"
        r"|应该|必须|需要|得先",
        re.IGNORECASE,
    ),
    "hedges": Pattern(rf"\b(?:{_HEDGES})\b|可能|也许|大概|应该是|我觉得|我感觉|好像|似乎|估计|或许", re.IGNORECASE),
    "says_i": Pattern(r"\b(?:i|i['’](?:m|d|ll|ve)|me|my|mine|myself)\b|我(?!们)", re.IGNORECASE),
    "says_we": Pattern(r"\b(?:we|we['’](?:re|d|ll|ve)|us|our|ours|let['’]s)\b|我们|咱们", re.IGNORECASE),
    "says_you": Pattern(r"\b(?:you|you['’](?:re|d|ll|ve)|your|yours)\b|你|您", re.IGNORECASE),
}
"""What a message does or does not, seen in its prose: without code, links, mentions and quoted lines."""

LAYOUT: dict[str, Pattern] = {
    "code_blocks": Pattern(r"```"),
    "inline_code": Pattern(r"(?<!`)`[^`\n]+`(?!`)"),
    "links": Pattern(r"https?://\S"),
    "mentions": Pattern(r"<@[^>\s]{1,80}>"),
    "lists": Pattern(r"^[ \t]*(?:[-*•]|\d{1,2}[.)、])\s+\S", re.MULTILINE),
    "quotes": Pattern(r"^[ \t]*(?:>|&gt;)", re.MULTILINE),
    "line_breaks": Pattern(r"\S[^\S\n]*\n\s*\S"),
}
"""What a message does or does not, seen in the whole of it."""

EVERYDAY: frozenset[str] = (
    FUNCTION_WORDS
    | HABITUAL
    | frozenset(
        """
    able add added afraid ah aha after agree agreed alright am anyone anything around ask awesome away back
    bad before being believe best better bit bother call came case catch cheers check clear close come coming
    concerned correct course curious cut day deal depends did different doing doesn't don't didn't can't won't
    isn't aren't wasn't wouldn't couldn't shouldn't haven't hasn't done doubt down each easier easy else end
    enough ever every everyone everything excellent expected experience fair far few figure figured find fine
    first fix fixed following forget forgot found fun funny gave get gets getting give glad go goes going
    gonna gone good got gotcha great had happen happened happens happy hard heard heads help helps hey hi
    hello hope hold hot i'd i'll i'm i've idea imagine impression it'd it'll it's keep kind knew know knows
    last later least let let's long longer look looked looking looks lot love made make makes making many
    matter mean means meant minor mind mistake more morning move much must myself need needed needs never new
    next no nobody none nothing noted off oh old once ones opinion order otherwise ours own part point
    possible problem put quick question read ready reason remember rest run said same saw say says saying see
    seem seen sense set shame she'll short shot should've side sick simple someone something soon sort sound
    sounds speaking start stay step stop strange suppose suspect take takes taking talk tell thank that'd
    that'll that's there's they're thing things think thinking thought time to told tomorrow took touch tried
    true trust try trying turn turns two under understand understood until us use used useful using view wait
    want wanted wants way we'd we'll we're we've weird what's willing wish without won't wonder wondering word
    words work worked working works worry worth wow write wrong you'd you'll you're you've yourself fyi btw
    imo imho iirc afaik fwiw tbh
    """.split()
    )
)
"""The words that set phrases are made of: no name, no project and no secret can be among them."""

NO_LAST_WORD: frozenset[str] = frozenset(
    """
    a about all also am an and any are as at be because been both but by can could did do does either for from
    get gets had has have how i i'd i'll i'm i've if in into is it its it's just let like me might more most
    must my need no not of on one or other our out should since some such than that the that's their them
    then there there's these they this those to up us very was we we'd we'll we're we've were what when where
    which while who why will with without would you you'd you'll you're you've your use used using want wants
    it'll don't doesn't didn't can't won't isn't aren't wasn't wouldn't couldn't shouldn't haven't hasn't that'll that'd
    seems sounds looks seem means going trying able
    """.split()
)
"""A phrase that breaks off after one of these is none."""

EVERYDAY_CHARACTERS: frozenset[str] = frozenset(
    "好的收到没问题明白了解谢辛苦可以行吧稍等我看下一先这样那就不用是对啊哦嗯哈呢嘛呀你您大家早晚上安再见知道懂同意有意思"
    "感觉应该能要会说得来去做完成搞定马想试在帮忙麻烦多客气加油厉害牛赞顶加个也都还很太真确实其所然后"
)
"""The characters that set phrases are made of."""
