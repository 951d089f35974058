"""Tables of character variants that mean the same in Japanese names and words."""

# Each entry begins with the character used today; those after it are older forms and variants of it.
_SAME_KANJI = """
亜亞 悪惡 圧壓 囲圍 為爲 医醫 壱壹 稲稻 飲飮 隠隱 営營 栄榮 衛衞 駅驛 悦悅
閲閱 円圓 塩鹽 縁緣 艶艷 応應 欧歐 殴毆 桜櫻 奥奧 横橫 温溫 穏穩 仮假 価價
画畫 会會 回囘廻 壊壞 懐懷 絵繪 概槪 拡擴 殻殼 覚覺 学學 岳嶽 楽樂 勧勸 巻卷
寛寬 歓歡 缶罐 観觀 関關 陥陷 巌巖 顔顏 帰歸 気氣 亀龜 偽僞 戯戲 犠犧 旧舊
拠據 挙擧 虚虛 峡峽 挟挾 教敎 狭狹 郷鄕 尭堯 暁曉 区區 駆驅駈 勲勳 薫薰 群羣
径徑 恵惠 掲揭 携攜 渓溪谿 経經 継繼 茎莖 蛍螢 軽輕 鶏鷄 芸藝 撃擊 欠缺 倹儉
剣劍劔 圏圈 検檢 権權 献獻 研硏 県縣 険險 顕顯 験驗 厳嚴 効效 広廣 恒恆 鉱鑛
号號 国國圀 黒黑 済濟 砕碎 斎齋 剤劑 冊册 雑雜 産產 参參 惨慘 桟棧 蚕蠶 賛贊
残殘 糸絲 歯齒 児兒 辞辭 湿濕 実實 舎舍 写寫 釈釋 寿壽 収收 従從 渋澁 獣獸
縦縱 粛肅 処處 緒緖 叙敍 尚尙 奨奬 将將 焼燒 称稱 証證 乗乘 剰剩 壌壤 嬢孃
条條 浄淨 畳疊 穣穰 譲讓 醸釀 嘱囑 触觸 寝寢 慎愼 晋晉 真眞 尽盡 図圖 粋粹
酔醉 随隨 髄髓 数數 枢樞 瀬瀨 清淸 青靑 声聲 静靜 斉齊 摂攝 窃竊 専專 戦戰
浅淺 潜潛 繊纖 践踐 銭錢 禅禪 双雙 壮壯 捜搜 挿插 争爭 総總 聡聰 荘莊 装裝
騒騷 増增 蔵藏 臓臟 即卽 属屬 続續 堕墮 体體 対對 帯帶 滞滯 台臺 滝瀧 択擇
沢澤 単單 担擔 胆膽 団團 弾彈 断斷 痴癡 遅遲 昼晝 虫蟲 鋳鑄 庁廳 徴徵 聴聽
勅敕 鎮鎭 逓遞 鉄鐵鐡 転轉 点點 伝傳 党黨 盗盜 灯燈 当當 闘鬭 徳德 独獨 読讀
届屆 縄繩 弐貳 悩惱 脳腦 覇霸 廃廢 拝拜 売賣 麦麥 発發 髪髮 抜拔 蛮蠻 秘祕
浜濱濵 瓶甁 払拂 仏佛 並竝 変變 辺邊邉 弁辨辯瓣 舗舖 穂穗 宝寶 豊豐 没沒 翻飜
槙槇 万萬 満滿 黙默 弥彌 薬藥 訳譯 予豫 余餘 与與 誉譽 揺搖 様樣 謡謠 遥遙
瑶瑤 欲慾 来來 頼賴 乱亂 覧覽 竜龍 両兩 猟獵 塁壘 励勵 礼禮 隷隸 霊靈 齢齡
暦曆 歴歷 恋戀 錬鍊 炉爐 労勞 楼樓 郎郞 禄祿 録錄 亘亙 湾灣 島嶋嶌 高髙 崎﨑嵜
吉𠮷 富冨 桧檜 桑桒 峰峯 館舘 柳栁 曽曾 淵渕 角⻆ 藪薮籔 靭靱 鴎鷗 頬頰 掴摑
剥剝 填塡 麺麵 噛嚙 痩瘦 繋繫 蝋蠟 蝉蟬 蒋蔣 醤醬 躯軀 頚頸 鹸鹼 祷禱 祢禰
侠俠 倶俱 呑吞 唖啞 嘘噓 屏屛 掻搔 涜瀆 焔焰 頴穎 竃竈 箪簞 莱萊 鈎鉤 騨驒
鯵鰺 麹麴 付附 注註
連聯 稟禀 発醱 収蒐 総綜 溶熔 放抛 了諒 集輯 画劃 回恢 包繃
"""

NEW_KANJI: dict[str, str] = {old: group[0] for group in _SAME_KANJI.split() for old in group[1:]}

KANJI_DIGITS = {
    "〇": 0,
    "一": 1,
    "二": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
KANJI_UNITS = {"十": 10, "百": 100, "千": 1000}


def arabic(numeral: str) -> str:
    """Return a kanji numeral below ten thousand in figures: 二十三 → 23, 二〇二五 → 2025."""
    if not any(mark in KANJI_UNITS for mark in numeral):
        return "".join(str(KANJI_DIGITS[mark]) for mark in numeral)
    total, digit = 0, 0
    for mark in numeral:
        if mark in KANJI_UNITS:
            total += max(digit, 1) * KANJI_UNITS[mark]
            digit = 0
        else:
            digit = KANJI_DIGITS[mark]
    return str(total + digit)
