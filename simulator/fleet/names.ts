// Invented names of enterprises, in the manner of the province. Any likeness to a real company is chance.

import { shuffle, type Random } from "../random.ts";

const first = [..."滦冀燕恒盛润泰宏鑫瑞安嘉永正源晟荣景明凯"];
const second = [..."丰泽达兴康岳川通宁辰和利昌晖远邦"];

/** "唐山市" → "唐山" */
export function cityShort(nameZh: string): string {
  return nameZh.replace(/市$/u, "");
}

/** Two-character words in seeded order, each once. */
export function createWords(random: Random): () => string {
  const words = shuffle(
    first.flatMap((a) => second.map((b) => a + b)),
    random,
  );
  let next = 0;
  return () => {
    const word = words[next % words.length] ?? "";
    const round = Math.floor(next / words.length);
    next++;
    // A fleet larger than the supply of words numbers its enterprises.
    return round === 0 ? word : `${word}第${round + 1}`;
  };
}
