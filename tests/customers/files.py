"""What people bring in: files of touches as a CRM exports them."""

TOUCHES = (
    "会社名,日付,方法,内容,記録者,次にやること,期限,番号\n"
    'みどり,2026/4/1,電話,"見積もりの相談\nもう一度かける",,見積を送る,2199/1/1,A-1\n'
    "あさぎ製菓,2026/4/2 10:30,メール,請求書の再発行を頼まれた,bob,,,A-2\n"
)
