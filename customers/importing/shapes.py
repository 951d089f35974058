"""What the columns of a file can mean, and the headings under which each meaning is known.

The headings of Salesforce and HubSpot exports, Japanese and English, are those of their standard
reports, data exports and import templates.
"""

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from customers.importing.models import ImportKind

IGNORED = ""
# A title and a date may stand above the headings, as in printed reports.
_HEADER_ROWS_MAX = 12


@dataclass(frozen=True)
class Meaning:
    """One thing a column can hold. ``headings`` are folded by ``fold``; parted by ``|``."""

    name: str
    label: str | Promise
    headings: str
    is_required: bool = False

    def knows(self, heading: str) -> bool:
        """Whether the folded heading is one of this meaning."""
        return heading in self.headings.split("|")


@dataclass(frozen=True)
class Header:
    """Where the headings stand (None: nowhere), and the meaning of every column."""

    row: int | None
    headings: list[str]
    mapping: list[str]
    system: str = ""


_CUSTOMER = Meaning(
    "customer",
    _("お客さま（会社名）"),
    "customer|お客さま|お客様|会社名|会社|企業名|取引先名|取引先|顧客名|"
    "顧客|accountname|account|company|companyname|"
    "company/account|associatedcompany|関連付けられた会社|会社/取引先|"
    "取引先/会社|primaryassociatedcompany|会社名(取引先)",
    is_required=True,
)
_NUMBER = Meaning(
    "corporate_number",
    _("法人番号"),
    "法人番号|corporatenumber|corporate_number|houjinbangou|法人番号(13桁)|法人番号13桁",
)
_CUSTOMER_ID = Meaning(
    "customer_id",
    _("お客さまの元の番号"),
    "accountid|取引先id|companyid|会社id|associatedcompanyid|associatedcompanyids",
)
_ID = "id|番号|レコードid|recordid|externalid|external_id|外部id|元の番号|source_path"
_OWNER_WORDS = "owner|担当者|担当|所有者"

MEANINGS: dict[str, tuple[Meaning, ...]] = {
    ImportKind.CUSTOMERS: (
        Meaning(
            "name",
            _("会社名"),
            _CUSTOMER.headings + "|name|名称|法人名|社名|取引先会社名",
            is_required=True,
        ),
        Meaning(
            "yomi",
            _("よみ"),
            "yomi|よみ|ふりがな|フリガナ|カナ|読み|会社名カナ|会社名フリガナ|"
            "会社名(カナ)|取引先名(カナ)|取引先名カナ|accountnamekana",
        ),
        _NUMBER,
        Meaning(
            "former_names",
            _("前の社名"),
            "former_names|旧社名|前の社名|前社名|以前の社名|formernames",
        ),
        Meaning("industry", _("業種"), "industry|業種|業界|industrygroup|業種・業界"),
        Meaning(
            "products",
            _("使っている製品"),
            "products|製品|使っている製品|利用製品|契約製品|導入製品",
        ),
        Meaning(
            "contract_until",
            _("契約期限"),
            "contract_until|契約期限|契約終了日|契約満了日|契約更新日|"
            "contractenddate|renewaldate|更新日(契約)",
        ),
        Meaning(
            "sales_owner",
            _("営業担当"),
            f"sales_owner|営業担当|営業担当者|{_OWNER_WORDS}|accountowner|"
            "取引先所有者|取引先担当|companyowner|会社所有者|会社の担当者|"
            "コンタクト所有者|hubspotowner|accountowneralias",
        ),
        Meaning(
            "success_owner",
            _("CS担当"),
            "success_owner|cs担当|csm|customersuccess|カスタマーサクセス担当|"
            "カスタマーサクセス|customersuccessmanager",
        ),
        Meaning(
            "note",
            _("メモ"),
            "note|memo|メモ|備考|description|説明|accountdescription|会社概要|aboutus|詳細",
        ),
        Meaning(
            "external_id",
            _("元のシステムの番号"),
            _ID + "|accountid|取引先id|companyid|会社id|アカウントid",
        ),
    ),
    ImportKind.CONTACTS: (
        _CUSTOMER,
        _NUMBER,
        _CUSTOMER_ID,
        Meaning(
            "name",
            _("名前"),
            "name|名前|氏名|fullname|contactname|取引先責任者名|担当者名|"
            "コンタクト名|お名前|先方担当者",
            is_required=True,
        ),
        Meaning("last_name", _("姓"), "lastname|姓|苗字|名字|last_name"),
        Meaning("first_name", _("名"), "firstname|名|first_name"),
        Meaning(
            "yomi",
            _("よみ"),
            "yomi|よみ|ふりがな|フリガナ|カナ|氏名カナ|氏名(カナ)|名前(カナ)|読み|フルネームカナ",
        ),
        Meaning("department", _("部署"), "department|部署|所属|部署名|部門"),
        Meaning("title", _("役職"), "title|役職|jobtitle|肩書|肩書き"),
        Meaning(
            "email", _("メールアドレス"), "email|メール|メールアドレス|e-mail|eメール|emailaddress"
        ),
        Meaning(
            "phone",
            _("電話"),
            "phone|電話|電話番号|phonenumber|tel|businessphone|会社電話|携帯|"
            "mobile|mobilephone|mobilephonenumber|携帯電話|携帯電話番号",
        ),
        Meaning("has_left", _("退職・異動"), "has_left|退職|退職・異動|在籍状況|nolongeratcompany"),
        Meaning(
            "external_id", _("元のシステムの番号"), _ID + "|contactid|取引先責任者id|コンタクトid"
        ),
    ),
    ImportKind.TOUCHES: (
        _CUSTOMER,
        _NUMBER,
        _CUSTOMER_ID,
        Meaning(
            "happened_at",
            _("いつ"),
            "happened_at|いつ|日付|日時|対応日|訪問日|活動日|対応日時|date|"
            "duedate|duedateonly|activitydate|createddate|期日|期日のみ|実施日|"
            "活動日時|"
            "date/time|開始日時|start",
            is_required=True,
        ),
        Meaning(
            "channel",
            _("方法"),
            "channel|方法|手段|種別|活動種別|対応方法|type|タイプ|tasksubtype|"
            "todoサブタイプ|activitytype|活動の種類|活動タイプ|engagementtype|"
            "種類",
        ),
        Meaning(
            "subject",
            _("件名"),
            "subject|件名|題名|タイトル|calltitle|meetingname|emailsubject|activitysubject",
        ),
        Meaning(
            "text",
            _("内容"),
            "text|内容|本文|対応内容|活動内容|comments|comment|コメント|"
            "description|説明|備考|メモ|notebody|activitybody|callnotes|"
            "fullcomments|"
            "メモの本文|活動の本文|議事|詳細|note|body",
            is_required=True,
        ),
        Meaning("mood", _("ようす"), "mood|ようす|様子|温度感|感触|状況"),
        Meaning(
            "author",
            _("書いた人"),
            f"author|書いた人|記録者|{_OWNER_WORDS}|assigned|assignedto|"
            "割り当て先|任命先|activityassignedto|activitycreatedby|作成者|"
            "createdby|"
            "対応者|担当営業|所有者名",
        ),
        Meaning(
            "contact",
            _("先方"),
            "contact|先方|先方担当者|contactname|取引先責任者名|取引先責任者|"
            "name|名前|associatedcontact|コンタクト|相手",
        ),
        Meaning("topics", _("テーマ"), "topics|テーマ|タグ|tags"),
        Meaning(
            "next_text",
            _("次にやること"),
            "next_text|次にやること|次回|ネクストアクション|nextaction|nextstep|"
            "次のステップ|next_action",
        ),
        Meaning(
            "next_on",
            _("いつまで"),
            "next_on|いつまで|次回日|次回日付|期限|次回予定日|nextdate|nextactiondate",
        ),
        Meaning(
            "external_id",
            _("元のシステムの番号"),
            _ID + "|activityid|taskid|活動id|todoid|engagementid",
        ),
    ),
    ImportKind.DEALS: (
        _CUSTOMER,
        _NUMBER,
        _CUSTOMER_ID,
        Meaning(
            "name",
            _("商談名"),
            "name|商談名|商談|案件名|案件|dealname|取引名|opportunityname|opportunity|件名",
            is_required=True,
        ),
        Meaning(
            "phase",
            _("段階"),
            "phase|段階|フェーズ|stage|dealstage|取引ステージ|ステージ|stagename|商談フェーズ",
        ),
        Meaning(
            "confidence",
            _("確度"),
            "confidence|確度|probability|probability(%)|確度(%)|dealprobability|取引の確度",
        ),
        Meaning(
            "amount",
            _("金額（円）"),
            "amount|金額|金額(円)|見込金額|見込み金額|dealamount|売上|受注額|"
            "金額(税抜)|amountincompanycurrency",
        ),
        Meaning(
            "expected_on",
            _("見込みの月"),
            "expected_on|見込みの月|見込月|完了予定日|受注予定日|受注予定|"
            "closedate|クローズ日|成約予定日|完了日",
        ),
        Meaning(
            "owner",
            _("担当"),
            f"{_OWNER_WORDS}|dealowner|取引担当者|opportunityowner|商談所有者|営業担当",
        ),
        Meaning(
            "external_id", _("元のシステムの番号"), _ID + "|opportunityid|商談id|dealid|取引id"
        ),
    ),
}

# Headings that only one system writes.
_SIGNS = {
    "Salesforce": (
        "accountid|accountname|accountowner|取引先id|取引先名|取引先所有者|"
        "取引先責任者id|取引先責任者名|opportunityname|opportunityid|"
        "opportunityowner|商談所有者|商談id|完了予定日|company/account|"
        "tasksubtype|todoサブタイプ|assigned|割り当て先|"
        "任命先|businessphone|fullcomments|取引先/会社"
    ),
    "HubSpot": (
        "recordid|レコードid|companyowner|会社の担当者|associatedcompany|"
        "associatedcompanyids|associatedcompanyid|関連付けられた会社|"
        "dealname|取引名|"
        "dealstage|取引ステージ|dealowner|取引担当者|activityassignedto|"
        "activitytype|notebody|hubspotowner|コンタクト所有者|"
        "primaryassociatedcompany"
    ),
}


def meanings_of(kind: str) -> dict[str, Meaning]:
    """What the columns of a file of this kind can mean, by name."""
    return {meaning.name: meaning for meaning in MEANINGS[kind]}


def fold(heading: Any) -> str:
    """A heading without width, case, spaces and marks of obligation."""
    plain = unicodedata.normalize("NFKC", str(heading)).casefold()
    return re.sub(r"[\s:※*]|\((?:必須|任意)\)", "", plain)


def find_header(kind: str, rows: Sequence[tuple[int, Sequence[Any]]]) -> Header:
    """The row of headings among the first rows (number and cells), and what its columns mean."""
    best = Header(None, [], [])
    for number, cells in rows[:_HEADER_ROWS_MAX]:
        mapping = guess_mapping(kind, cells)
        if sum(map(bool, mapping)) > sum(map(bool, best.mapping)):
            headings = [str(cell).strip() for cell in cells]
            best = Header(number, headings, mapping, system_of(cells))
    required = [m.name for m in MEANINGS[kind] if m.is_required]
    found = sum(map(bool, best.mapping))
    if found >= 2 or (found == 1 and best.mapping[0] in required and len(best.headings) == 1):
        return best
    return Header(None, [], [])


def guess_mapping(kind: str, headings: Sequence[Any]) -> list[str]:
    """The meaning of each column by its heading; every meaning at most once, the first column wins."""
    mapping: list[str] = []
    for heading in map(fold, headings):
        known = (m.name for m in MEANINGS[kind] if heading and m.knows(heading))
        mapping.append(next((name for name in known if name not in mapping), IGNORED))
    return mapping


def system_of(headings: Sequence[Any]) -> str:
    """The system whose export has these headings, or ""."""
    folded = {fold(heading) for heading in headings}
    counts = {name: len(folded & set(signs.split("|"))) for name, signs in _SIGNS.items()}
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] >= 2 else ""


def digest_of(headings: Sequence[Any], *, columns: int) -> str:
    """The fingerprint under which a mapping is remembered; files without headings share their width."""
    words = "\n".join(map(fold, headings)) if headings else f"columns:{columns}"
    return hashlib.sha256(words.encode()).hexdigest()


def column_name(index: int) -> str:
    """The letters a spreadsheet shows above a column: A, B, … AA."""
    letters, number = "", index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
