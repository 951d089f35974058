"""The words in which files name our choices, Japanese and English, those of Salesforce and HubSpot too."""

from customers.models import Deal, Touch

Channel, Mood, Phase = Touch.Channel, Touch.Mood, Deal.Phase


def _table(words: dict[str, str]) -> dict[str, str]:
    return {word: value for value, known in words.items() for word in (value, *known.split("|"))}


CHANNELS = _table(
    {
        Channel.VISIT: "訪問|客先訪問|往訪|visit|onsite",
        Channel.AT_OUR_OFFICE: "来社|来訪",
        Channel.ONLINE: "オンライン|web会議|オンライン会議|ウェブ会議|meeting|ミーティング|打ち合わせ|打合せ|商談|会議|"
        "event meeting|zoom|teams|googlemeet|demo|デモ|videomeeting",
        Channel.PHONE: "電話|call|tel|架電|受電|通話|コール|電話会議|log a call|phone call",
        Channel.EMAIL: "メール|mail|eメール|e-mail|email|listemail|incoming_email|forwarded_email",
        Channel.CHAT: "チャット|chat|sms|whats_app|linkedin_message|line|slack|メッセージ|note|メモ|task|todo|"
        "その他|other|cadence",
        Channel.EVENT: "イベント|event|セミナー|展示会|webinar|ウェビナー",
    }
)
MOODS = _table(
    {
        Mood.GOOD: "良い|よい|良好|好感触|◎|○|高|高い|hot|positive|満足",
        Mood.PLAIN: "ふつう|普通|△|中|neutral|warm|通常",
        Mood.WORRIED: "心配|不安|低|低い|cold|negative|不満",
        Mood.DANGER: "危険|×|解約|クレーム|at risk|atrisk",
    }
)
PHASES = _table(
    {
        Phase.LEAD: "見込み|見込|リード|引合い|引き合い|prospecting|qualification|appointmentscheduled|"
        "appointment scheduled|qualifiedtobuy|qualified to buy|アポイントメント設定済み|購入の見込みあり|"
        "予約済みアポ|見込み客の発掘|選定|商談中|初回訪問|"
        "needs analysis|ニーズの把握|ニーズ分析",
        Phase.PROPOSAL: "提案|提案中|value proposition|id. decision makers|perception analysis|"
        "proposal/price quote|proposal|presentationscheduled|presentation scheduled|"
        "プレゼンテーション予約済み|価値の提案|価値提案|意思決定者の特定|意思決定者確認|認識の分析|知覚分析|"
        "提案/見積|提案/価格見積|提案/見積もり|見積|見積提出",
        Phase.NEGOTIATION: "条件の相談|交渉|交渉中|negotiation/review|negotiation|交渉/レビュー|"
        "decisionmakerboughtin|decision maker bought-in|意思決定者の賛同|contractsent|contract sent|"
        "契約書送付済み|契約|内示|クロージング",
        Phase.WON: "受注|成約|成立|closed won|closedwon|商談成立|won|受注済",
        Phase.LOST: "失注|不成立|closed lost|closedlost|商談不成立|lost|見送り",
    }
)
