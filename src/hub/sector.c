/* src/hub/sector.c - the tables, and looking things up in them. */
#include "hub/sector.h"

const struct noro_hub_sector noro_hub_sectors[NORO_HUB_SECTORS] = {
	{ "communications", "Information and communication", "情報通信" },
	{ "finance", "Financial services", "金融" },
	{ "aviation", "Aviation", "航空" },
	{ "airports", "Airports", "空港" },
	{ "railways", "Railways", "鉄道" },
	{ "power", "Electric power", "電力" },
	{ "gas", "Gas", "ガス" },
	{ "government", "Government and administration", "政府・行政サービス" },
	{ "medical", "Medical services", "医療" },
	{ "water", "Water supply", "水道" },
	{ "logistics", "Logistics", "物流" },
	{ "chemical", "Chemicals", "化学" },
	{ "credit", "Credit cards", "クレジット" },
	{ "petroleum", "Petroleum", "石油" },
	{ "ports", "Ports and harbours", "港湾" },
};

const struct noro_hub_sector noro_hub_prefectures[NORO_HUB_PREFECTURES] = {
	{ "hokkaido", "Hokkaido", "北海道" },
	{ "aomori", "Aomori", "青森県" },
	{ "iwate", "Iwate", "岩手県" },
	{ "miyagi", "Miyagi", "宮城県" },
	{ "akita", "Akita", "秋田県" },
	{ "yamagata", "Yamagata", "山形県" },
	{ "fukushima", "Fukushima", "福島県" },
	{ "ibaraki", "Ibaraki", "茨城県" },
	{ "tochigi", "Tochigi", "栃木県" },
	{ "gunma", "Gunma", "群馬県" },
	{ "saitama", "Saitama", "埼玉県" },
	{ "chiba", "Chiba", "千葉県" },
	{ "tokyo", "Tokyo", "東京都" },
	{ "kanagawa", "Kanagawa", "神奈川県" },
	{ "niigata", "Niigata", "新潟県" },
	{ "toyama", "Toyama", "富山県" },
	{ "ishikawa", "Ishikawa", "石川県" },
	{ "fukui", "Fukui", "福井県" },
	{ "yamanashi", "Yamanashi", "山梨県" },
	{ "nagano", "Nagano", "長野県" },
	{ "gifu", "Gifu", "岐阜県" },
	{ "shizuoka", "Shizuoka", "静岡県" },
	{ "aichi", "Aichi", "愛知県" },
	{ "mie", "Mie", "三重県" },
	{ "shiga", "Shiga", "滋賀県" },
	{ "kyoto", "Kyoto", "京都府" },
	{ "osaka", "Osaka", "大阪府" },
	{ "hyogo", "Hyogo", "兵庫県" },
	{ "nara", "Nara", "奈良県" },
	{ "wakayama", "Wakayama", "和歌山県" },
	{ "tottori", "Tottori", "鳥取県" },
	{ "shimane", "Shimane", "島根県" },
	{ "okayama", "Okayama", "岡山県" },
	{ "hiroshima", "Hiroshima", "広島県" },
	{ "yamaguchi", "Yamaguchi", "山口県" },
	{ "tokushima", "Tokushima", "徳島県" },
	{ "kagawa", "Kagawa", "香川県" },
	{ "ehime", "Ehime", "愛媛県" },
	{ "kochi", "Kochi", "高知県" },
	{ "fukuoka", "Fukuoka", "福岡県" },
	{ "saga", "Saga", "佐賀県" },
	{ "nagasaki", "Nagasaki", "長崎県" },
	{ "kumamoto", "Kumamoto", "熊本県" },
	{ "oita", "Oita", "大分県" },
	{ "miyazaki", "Miyazaki", "宮崎県" },
	{ "kagoshima", "Kagoshima", "鹿児島県" },
	{ "okinawa", "Okinawa", "沖縄県" },
};

/* STIX 2.1, 10.8 */
static const char *const industries[] = { "agriculture", "aerospace", "automotive", "chemical",
	"commercial", "communications", "construction", "defense", "education", "energy",
	"entertainment", "financial-services", "government", "emergency-services",
	"government-local", "government-national", "government-public-services",
	"government-regional", "healthcare", "hospitality-leisure", "infrastructure", "dams",
	"nuclear", "water", "insurance", "manufacturing", "mining", "non-profit", "pharmaceuticals",
	"retail", "technology", "telecommunications", "transportation", "utilities" };

const struct noro_hub_sector *noro_hub_sector(struct noro_view id)
{
	for (size_t i = 0; i < NORO_HUB_SECTORS; i++)
		if (noro_view_is(id, noro_hub_sectors[i].id))
			return &noro_hub_sectors[i];
	return NULL;
}

bool noro_hub_is_industry(struct noro_view id)
{
	for (size_t i = 0; i < sizeof(industries) / sizeof(industries[0]); i++)
		if (noro_view_is(id, industries[i]))
			return true;
	return false;
}

/* Without its last character: all but Hokkaido are called so as well. */
static bool is_short(struct noro_view text, const char *name)
{
	struct noro_view whole = noro_view_str(name);

	return noro_view_eq(text, noro_view_sub(whole, 0, whole.n - 3));
}

int noro_hub_prefecture(struct noro_view text)
{
	uint64_t code;

	if (text.n <= 2 && noro_view_u64(text, &code))
		return code >= 1 && code <= NORO_HUB_PREFECTURES ? (int)code : 0;
	for (int i = 0; i < NORO_HUB_PREFECTURES; i++)
		if (noro_view_is_i(text, noro_hub_prefectures[i].id) ||
			noro_view_is(text, noro_hub_prefectures[i].name_ja) ||
			(i && is_short(text, noro_hub_prefectures[i].name_ja)))
			return i + 1;
	return 0;
}
