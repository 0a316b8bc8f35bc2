// The columns of a register: by which headings they are known, in Chinese and English, and how a kind and a city are written.
// Pure.

import { cities } from "#domain/city.ts";
import { type SiteKind, siteKinds } from "#domain/site.ts";
import type { ImportField } from "#domain/site-import.ts";

/** The first of each is what the template says. */
export const headings: Readonly<Record<ImportField, readonly string[]>> = {
  id: ["站点编号", "id", "编号", "监测点编号", "点位编号", "站点id", "siteid", "site"],
  name: ["站点名称", "name", "名称", "监测点名称", "点位名称", "排放口名称"],
  kind: ["类型", "kind", "站点类型", "监测点类型", "点位类型", "type"],
  city: ["城市", "city", "地市", "所在城市", "所在地市", "行政区划代码", "adcode"],
  enterprise: ["企业名称", "enterprise", "企业", "所属企业", "单位名称", "company"],
  lat: ["纬度", "lat", "latitude"],
  lon: ["经度", "lon", "lng", "longitude"],
  factors: ["监测因子", "factors", "因子", "因子编码", "监测项目", "factor"],
  intervalSeconds: ["上报间隔秒", "intervalseconds", "上报间隔", "采集间隔", "间隔", "interval"],
  standard: ["执行标准", "standard", "标准", "排放标准"],
  industry: ["标准行业", "industry", "行业", "行业类别"],
  unit: ["标准工序", "unit", "工序", "生产设施", "标准单元"],
  mn: ["数采仪mn", "mn", "mn号", "数采仪mn号", "设备唯一标识"],
  pw: ["数采仪密码", "pw", "password", "访问密码", "密码"],
};

/** "经度（°）" and " 经度 * " are the same heading. */
function normalise(text: string): string {
  return text
    .replaceAll(/[(（[【].*?[)）\]】]/g, "")
    .replaceAll(/[\s*＊:：_-]/g, "")
    .toLowerCase();
}

const fieldOf: ReadonlyMap<string, ImportField> = new Map(
  (Object.entries(headings) as [ImportField, readonly string[]][]).flatMap(([field, names]) =>
    names.map((name): [string, ImportField] => [normalise(name), field]),
  ),
);

export interface Columns {
  /** Field → place in a row. */
  readonly places: ReadonlyMap<ImportField, number>;
  /** Headings that nobody knows; their columns are not looked at. */
  readonly ignored: readonly string[];
  /** Two columns that mean the same. */
  readonly twice: readonly string[];
}

export function findColumns(row: readonly string[]): Columns {
  const places = new Map<ImportField, number>();
  const ignored: string[] = [];
  const twice: string[] = [];
  row.forEach((text, at) => {
    const field = fieldOf.get(normalise(text));
    if (field === undefined) {
      if (text.trim() !== "") ignored.push(text.trim());
    } else if (places.has(field)) twice.push(text.trim());
    else places.set(field, at);
  });
  return { places, ignored, twice };
}

const kindNames: Readonly<Record<SiteKind, readonly string[]>> = {
  "water-outfall": ["废水排口", "废水", "废水排放口"],
  "gas-outfall": ["废气排口", "废气", "废气排放口"],
  "energy-centre": ["能源中心"],
  "air-station": ["空气站", "空气质量站"],
  "water-station": ["地表水站", "水质站"],
  "drinking-water": ["饮用水"],
  noise: ["噪声"],
  radiation: ["辐射"],
  building: ["建筑能耗", "建筑"],
  "water-meter": ["取用水", "取水"],
  process: ["工况"],
};

export function findKind(text: string): SiteKind | null {
  const word = text.trim().toLowerCase();
  return siteKinds.find((kind) => kind === word || kindNames[kind].includes(word)) ?? null;
}

/** The name that the template uses. */
export function nameKind(kind: SiteKind): string {
  return kindNames[kind][0] ?? kind;
}

/** By adcode, or by its name with and without 市. */
export function findCity(text: string): string | null {
  const word = text.trim().toLowerCase();
  const found = cities.find(
    ({ adcode, nameZh, nameEn }) =>
      adcode === word || nameZh === word || nameZh.replace(/市$/, "") === word || nameEn.toLowerCase() === word,
  );
  return found?.adcode ?? null;
}
