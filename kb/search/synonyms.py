"""Words that mean the same: those every company uses, and those a caller adds (topics, the company's word list)."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from kb.search.analysis import normalize, words_in

# One group per line, separated by spaces. Only words that may replace each other in any sentence of office life.
_OFFICE_WORDS = """
パソコン PC パーソナルコンピューター
スマートフォン スマホ
携帯電話 ケータイ 携帯
有給休暇 有休 有給 年次有給休暇 年休
テレワーク 在宅勤務 リモートワーク
電子メール メール Eメール
社会保険 社保
雇用保険 失業保険
健康診断 健診
がん 癌
電話番号 TEL
健康保険 健保
国民健康保険 国保
厚生年金 厚年
年末調整 年調
源泉徴収票 源泉票
確定申告 確申
人事部 人事
経理部 経理
総務部 総務
情報システム部 情シス 情報システム
カスタマーサクセス CS
カスタマーサポート お客様サポート
コールセンター 電話窓口
営業部 営業
お客様 顧客 クライアント 得意先
取引先 パートナー企業
見積書 お見積り
請求書 インボイス
領収書 領収証 レシート
契約書 契約書面
秘密保持契約 NDA 機密保持契約
サービスレベル合意 SLA
業務委託 外注 アウトソーシング
稟議 りん議 決裁
ハンコ 印鑑 判子 捺印 押印
打ち合わせ ミーティング 会議 MTG
議事録 会議メモ ミーティングメモ
ホームページ ウェブサイト Webサイト HP
ウェブ Web
サイト内検索 検索機能
パスワード PW
二要素認証 二段階認証 多要素認証 2FA MFA
シングルサインオン SSO
仮想専用網 VPN
無線LAN Wi-Fi ワイファイ
サーバー server
データベース database DB
ソフトウェア ソフト software
ハードウェア hardware
アプリケーション アプリ
プログラム program
バックアップ backup 控え
ログイン サインイン login
ログアウト サインアウト logout
ダウンロード download DL
アップロード upload
インストール install
アンインストール uninstall
アップデート update 更新
バージョン version
エラー error
バグ bug 不具合
障害 トラブル
セキュリティ security
マニュアル 手順書 manual
ガイドライン 指針 guideline
テンプレート ひな形 雛形 ひな型 template
チェックリスト チェックシート 確認表 checklist
フローチャート 流れ図
よくある質問 FAQ
問い合わせ 質問 お問い合わせ
要望 リクエスト
苦情 クレーム
解約 退会
値上げ 価格改定
値引き 割引 ディスカウント
キャンペーン campaign
マーケティング marketing
プレゼンテーション プレゼン
プロジェクト PJ プロジェクト案件
スケジュール 日程 予定表
タスク ToDo やること
締め切り 期限 納期 デッドライン
コミュニケーション communication
オンボーディング 新人受け入れ
研修 トレーニング training
勉強会 セミナー
面接 面談
採用 リクルート リクルーティング
退職 離職
産前産後休業 産休
育児休業 育休
介護休業 介休
時間外労働 残業
通勤手当 交通費 通勤費
出張旅費 出張費
経費精算 立替精算
給与 給料 賃金
賞与 ボーナス
賃貸借 リース
備品 消耗品
名刺 ビジネスカード
アンケート 調査票
人工知能 AI
機械学習 マシンラーニング
オープンソース OSS オープンソースソフトウェア
部品表 SBOM ソフトウェア部品表
ライセンス license 使用許諾
メーリングリスト ML
社内報 社内ニュース
食堂 社食 社員食堂
駐車場 パーキング
エレベーター 昇降機
トイレ お手洗い 化粧室
ゴミ ごみ 廃棄物
"""

_LONGEST = 5


class SynonymTable:
    """Groups of words that mean the same, found in a text by their normalised words."""

    def __init__(
        self, groups: Iterable[Sequence[str]] = (), *, with_office_words: bool = True
    ) -> None:
        office = (
            [line.split() for line in _OFFICE_WORDS.strip().splitlines()]
            if with_office_words
            else []
        )
        self._groups = [*office, *(list(group) for group in groups)]

    @cached_property
    def _others(self) -> dict[tuple[str, ...], dict[str, None]]:
        """For each word, as a tuple of tokens, the other words of its groups."""
        others: dict[tuple[str, ...], dict[str, None]] = {}
        for group in self._groups:
            for word in group:
                tokens = tuple(words_in(normalize(word)))
                if tokens:
                    found = others.setdefault(tokens, {})
                    found.update(dict.fromkeys(other for other in group if other != word))
        return others

    def spans(self, tokens: Sequence[str]) -> Iterator[tuple[int, int, str]]:
        """Yield (start, end, other word) for each known word among the tokens, the longest first."""
        taken: set[int] = set()
        for length in range(min(_LONGEST, len(tokens)), 0, -1):
            for start in range(len(tokens) - length + 1):
                others = self._others.get(tuple(tokens[start : start + length]))
                if others and taken.isdisjoint(range(start, start + length)):
                    taken.update(range(start, start + length))
                    for other in others:
                        yield start, start + length, other


OFFICE_WORDS = SynonymTable()
