"""One made-up regulation in two Chinese versions and the English translation of the later one."""

import json
from pathlib import Path

OLD = """\
茶叶检验条例

第一章 总则

第一条　为了加强茶叶检验工作，保护消费者的合法权益，制定本条例。

第二条　各省应当每年检验茶叶，检验费用由省承担。

第三条　检验机构应当保存检验记录，保存期限为三年。

第二章 法律责任

第四条　违反本条例规定，未经检验销售茶叶的，处一万元以下的罚款。

第五条　出口企业应当每季度向海关申领原产地标志。
"""
NEW = """\
茶叶检验条例

第一章 总则

第一条　为了加强茶叶检验工作，保护消费者的合法权益，制定本条例。

第二条　国家鼓励茶农采用先进的种植技术和包装材料。

第三条　各省应当每年检验茶叶，检验费用由总局承担。

第四条　检验机构应当保存检验记录，保存期限为三年。

第二章 法律责任

第五条　违反本条例规定，未经检验销售茶叶的，处五万元以下的罚款。
"""
ENGLISH = """\
Regulations on the Inspection of Tea

Chapter I General Provisions

Article 1 These Regulations are formulated in order to strengthen the inspection of tea and to protect the lawful\
 rights and interests of consumers.

Article 2 The State encourages tea farmers to use advanced planting techniques and packaging materials.

Article 3 Every province shall inspect tea every year, and the costs of the inspection shall be borne by the General\
 Administration.

Article 4 Inspection institutions shall keep the records of inspection for a period of three years.

Chapter II Legal Liability

Article 5 Whoever sells tea without inspection in violation of these Regulations shall be fined not more than 50,000\
 yuan.
"""
_COMMON = {"work_id": "tea", "issuer": "国务院"}
ENTRIES = [
    {
        "document_id": "tea-2018",
        "path": "old.txt",
        "language": "zh",
        "title": "茶叶检验条例",
        "title_zh": "茶叶检验条例",
        "effective_on": "2018-05-01",
        "status": "superseded",
        "superseded_by": "tea-2023",
    },
    {
        "document_id": "tea-2023",
        "path": "new.txt",
        "language": "zh",
        "title": "茶叶检验条例",
        "title_zh": "茶叶检验条例",
        "effective_on": "2023-07-01",
        "status": "in_force",
    },
    {
        "document_id": "tea-2023-en",
        "path": "en.txt",
        "language": "en",
        "title": "Regulations on the Inspection of Tea",
        "title_en": "Regulations on the Inspection of Tea",
        "effective_on": "2023-07-01",
        "status": "in_force",
        "translation": "official",
    },
]


def write_works(folder: Path, **changed: dict) -> Path:
    """The corpus in ``folder``; ``tea_2018={…}`` replaces fields of that document's entry, None takes one away."""
    for name, text in (("old.txt", OLD), ("new.txt", NEW), ("en.txt", ENGLISH)):
        (folder / name).write_text(text, "utf-8")
    lines = []
    for entry in ENTRIES:
        fields = {**_COMMON, **entry, **changed.get(entry["document_id"].replace("-", "_"), {})}
        lines.append(json.dumps({key: value for key, value in fields.items() if value is not None}, ensure_ascii=False))
    (folder / "manifest.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    return folder
