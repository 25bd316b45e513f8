"""What the service says when a request is refused, in the asker's language; nothing of the request is repeated."""

import re

from ingest.bilingual import language_of
from service.query import MAX_LENGTH, clean

_TEXTS = {
    "question_empty": ("问题是空的。", "The question is empty."),
    "question_too_long": (
        f"问题不能超过{MAX_LENGTH}个字符（规范化以后）。",
        f"The question must be at most {MAX_LENGTH} characters long after normalisation.",
    ),
    "not_unicode": (
        "文字里有不成对的代理码位，不是有效的 Unicode 文字。",
        "The text holds a lone surrogate, so it is not valid Unicode.",
    ),
    "not_a_date": ("应为 2018-02-06 这种写法的日期。", "Must be a date written like 2018-02-06."),
    "missing": ("缺少这一项。", "This is required."),
    "unknown_field": ("有不认识的字段；可用的字段：{allowed}。", "There is an unknown field; allowed: {allowed}."),
    "not_text": ("应为文字（字符串）。", "Must be text (a string)."),
    "not_a_number": ("应为整数。", "Must be a whole number."),
    "not_an_object": ("应为 JSON 对象。", "Must be a JSON object."),
    "not_a_choice": ("应为以下之一：{expected}。", "Must be one of {expected}."),
    "too_small": ("不能小于{ge}。", "Must be at least {ge}."),
    "too_large": ("不能大于{le}。", "Must be at most {le}."),
    "too_many": ("最多{max_length}项。", "Must be at most {max_length} of them."),
    "not_utf8": ("地址里的文字不是有效的 UTF-8。", "The words in the address are not valid UTF-8."),
    "text_too_long": ("不能超过{max_length}个字符。", "Must be at most {max_length} characters long."),
    "invalid": ("这一项的值不能用。", "The value cannot be used."),
    "invalid_json": ("请求内容不是有效的 JSON（UTF-8）。", "The body is not valid JSON in UTF-8."),
    "duplicate_key": ("JSON 对象里有重复的字段。", "An object in the JSON holds the same key twice."),
    "not_finite": ("JSON 里不能有 NaN 或 Infinity。", "NaN and Infinity are not JSON."),
    "too_deep": ("JSON 嵌套太深。", "The JSON is nested too deeply."),
    "unsupported_media_type": (
        "请用 Content-Type: application/json 发送 JSON。",
        "Send JSON with Content-Type: application/json.",
    ),
    "body_too_large": ("请求内容超过 {limit} 字节。", "The body is larger than {limit} bytes."),
    "body_too_slow": (
        "请求内容没有在{seconds}秒内到齐，或者服务正在停止。",
        "The body did not arrive within {seconds} seconds, or the service is stopping.",
    ),
    "not_found": ("没有这个地址。接口说明：/openapi.json", "Nothing is here. The interface: /openapi.json"),
    "document_not_found": ("没有这份文件。全部文件：/v1/documents", "No such document. All of them: /v1/documents"),
    "clause_not_found": (
        "没有这个条款。文件的条款：/v1/documents/{{document_id}}",
        "No such clause. The clauses of a document: /v1/documents/{{document_id}}",
    ),
    "different_languages": (
        "两份文件语言不同，不能逐条比较。",
        "The two documents are in different languages; versions of one language can be compared.",
    ),
    "method_not_allowed": ("这个地址不支持这种方法。", "This address does not take that method."),
    "not_ready": ("索引还在载入，请稍后再试。", "The index is still being loaded; try again soon."),
    "not_loaded": ("索引无法载入；原因见服务日志。", "The index could not be loaded; the service's log says why."),
    "files_gone": (
        "索引的文件已不存在；请重新建立索引。",
        "The files of the index that is served are gone; build it again.",
    ),
    "internal": ("服务出错，详情见服务日志。", "Something went wrong; the service's log says what."),
    "bad_request": ("请求无法处理。", "The request cannot be served."),
}


def message(code: str, language: str, **values: object) -> str:
    """The text for a code in "zh" or "en"."""
    return _TEXTS[code][0 if language == "zh" else 1].format(**values)


def is_unicode(text: str) -> bool:
    """Whether the text can be encoded: it holds no surrogate without its other half."""
    return not re.search("[\ud800-\udfff]", text)


def question_problem(question: str) -> str | None:
    """Why a question cannot be asked, as a code for ``message``; None if it can."""
    if not is_unicode(question):
        return "not_unicode"
    cleaned = clean(question)
    if not cleaned:
        return "question_empty"
    return "question_too_long" if len(cleaned) > MAX_LENGTH else None


def reader_language(language: object = None, question: object = None, accept_language: str = "") -> str:
    """The language to speak: the one asked for, else that of the question, else the reader's first of ours."""
    if language in ("zh", "en"):
        return str(language)
    if isinstance(question, str) and re.search(r"[^\W\d_]", question):
        return language_of(question)
    return _preferred(accept_language)


def _preferred(accept_language: str) -> str:
    """The first of our languages in an Accept-Language header by its weights (RFC 9110, 12.5.4); "en" if none is."""
    best, best_weight = "en", 0.0
    for part in accept_language.split(",")[:20]:
        found = re.fullmatch(r"\s*(zh|en)(?:-[\w-]+)?\s*(?:;\s*q=([01](?:\.\d{0,3})?))?\s*", part, re.IGNORECASE)
        if found and (weight := float(found[2] or 1)) > best_weight:
            best, best_weight = found[1].lower(), weight
    return best
