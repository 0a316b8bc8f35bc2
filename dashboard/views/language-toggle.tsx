// Switches between Chinese and English; the address remembers.

import { useWords } from "../i18n/i18n.ts";
import { useUrl } from "./url-state.ts";

export function LanguageToggle() {
  const words = useWords();
  const { language, set } = useUrl();
  return (
    <button
      type="button"
      className="quiet"
      data-testid="lang-toggle"
      lang={language === "en" ? "zh-CN" : "en"}
      title={words.other.title}
      onClick={() => set({ lang: language === "en" ? null : "en" })}
    >
      {words.other.label}
    </button>
  );
}
