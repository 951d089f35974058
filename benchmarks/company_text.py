"""Generated Japanese documents of a company that does not exist: many words, distributed as in real text.

Every number of documents and every seed gives the same documents again.
"""

import itertools
import random
from collections.abc import Iterator

_SUBJECTS = [
    "営業",
    "開発",
    "総務",
    "経理",
    "人事",
    "品質",
    "製造",
    "物流",
    "購買",
    "法務",
    "広報",
    "企画",
    "調査",
    "設計",
    "保守",
    "運用",
    "教育",
    "安全",
    "環境",
    "契約",
]
_THINGS = [
    "会議",
    "報告",
    "資料",
    "手順",
    "規程",
    "申請",
    "承認",
    "予算",
    "計画",
    "実績",
    "顧客",
    "製品",
    "見積",
    "請求",
    "在庫",
    "納期",
    "障害",
    "対応",
    "改善",
    "評価",
    "研修",
    "採用",
    "移転",
    "更新",
    "点検",
]
_ACTIONS = [
    "確認",
    "共有",
    "変更",
    "追加",
    "削除",
    "作成",
    "提出",
    "依頼",
    "検討",
    "決定",
    "中止",
    "延期",
    "開始",
    "終了",
    "登録",
    "連絡",
    "記録",
    "保管",
    "比較",
    "分析",
]
_KANA = [
    "サーバー",
    "プリンター",
    "ネットワーク",
    "システム",
    "プロジェクト",
    "スケジュール",
    "マニュアル",
    "テンプレート",
    "アンケート",
    "セミナー",
    "キャンペーン",
    "ライセンス",
]
_SYLLABLES = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモラリルレロ"
_KANJI = (
    "一七三上下中丸久五井今仁代会住佐佳信倉健元光八公六共内出利加北十千南原口古台吉名和哲喜国園土地坂城堀堂場塚大天太夏奥妙子安宏宗宮家富寺小尾山岡岩岸島崎川工市"
    "平幸広庄度庫康弘彦後徳志忠恵愛成戸才政敏文斉新日旭明春昭時智曽月木本村杉松林柏柳栄根桐桜森植楠横橋次武水永江池沢沼泉波洋浅浜浦海清渡港湖湯源溝滝澄瀬火灰熊片"
    "牛牧玉王理生用田由町白百皆盛目直相真石砂磯神福秀秋稲空立竹笠米糸紀細結絵緑羽義翔聖能航船良芝花若茂茶草荒荻菅菊菜萩葉蒲藤虎蔵行衛表西見角計許谷豊貝貴赤越足"
    "路車辻辺近迫道遠那郎部酒里重野金鈴鉄長門開阪阿陽隆雄雅雨雪雲青音頭須順飯館香馬駒高鳥鶴鹿麻黒"
)
_ENDINGS = (
    "しました。",
    "することになりました。",
    "してください。",
    "する予定です。",
    "できませんでした。",
)
_JOINERS = ("の", "を", "は、", "について", "に関する", "で", "と", "が")


def vocabulary(size: int = 20_000, seed: int = 1) -> list[str]:
    """Return words, the frequent ones first."""
    chance = random.Random(seed)
    words = [*_SUBJECTS, *_THINGS, *_ACTIONS, *_KANA]
    words += [a + b for a, b in itertools.product(_SUBJECTS, _THINGS)]
    known = set(words)
    while len(words) < size:
        if chance.random() < 0.25:
            word = "".join(chance.choices(_SYLLABLES, k=chance.randint(3, 6)))
        else:
            word = "".join(chance.choices(_KANJI, k=chance.choice((2, 2, 2, 3, 4))))
        if word not in known:
            known.add(word)
            words.append(word)
    return words


class Writer:
    """Writes documents and queries over one vocabulary."""

    def __init__(self, seed: int = 1) -> None:
        self._chance = random.Random(seed)
        self.words = vocabulary(seed=seed)
        weights = (1 / (rank + 20) for rank in range(len(self.words)))
        self._cumulated = list(itertools.accumulate(weights))

    def some_words(self, count: int) -> list[str]:
        """Return words as often as text has them."""
        return self._chance.choices(self.words, cum_weights=self._cumulated, k=count)

    def sentence(self, about: list[str]) -> str:
        """Return a sentence that also has words of its document's subject."""
        chosen = self.some_words(self._chance.randint(3, 7))
        if about and self._chance.random() < 0.7:
            chosen[0] = self._chance.choice(about)
        joined = "".join(word + self._chance.choice(_JOINERS) for word in chosen[:-1])
        return joined + chosen[-1] + self._chance.choice(_ENDINGS)

    def documents(self, count: int, length: int = 1500) -> Iterator[tuple[str, str, str]]:
        """Yield (key, title, text)."""
        for number in range(count):
            about = self.some_words(6)
            sentences: list[str] = []
            written = 0
            while written < length:
                sentences.append(self.sentence(about))
                written += len(sentences[-1])
            yield f"note.{number}", "の".join(about[:2]), "\n".join(sentences)

    def queries(self, count: int) -> dict[str, list[str]]:
        """Return queries of one word, of two words and whole sentences."""
        return {
            "1 word": self.some_words(count),
            "2 words": [" ".join(self.some_words(2)) for _ in range(count)],
            "sentence": [self.sentence([]) for _ in range(count)],
        }
