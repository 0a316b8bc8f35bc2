// Can everybody who is to be told be told? One line when all is well; what is wrong, in words, when it is not.

import { useQuery } from "@tanstack/react-query";
import { callApi } from "../../feed/request.ts";
import { Failed } from "../panels.tsx";
import { useChannels, useNoticeWords, usePolicies } from "./notice-data.ts";

interface Health {
  readonly ok: boolean;
  readonly waiting: number;
  readonly gaps: readonly { readonly policy: string; readonly step: number; readonly says: string }[];
  readonly channels: readonly {
    readonly id: string;
    readonly state: "unused" | "good" | "failing";
    readonly failures: number;
    readonly lastError: string | null;
  }[];
}

export function NoticeHealth() {
  const { health: words } = useNoticeWords();
  const policies = usePolicies();
  const channels = useChannels();
  const found = useQuery({
    queryKey: ["notice-health"],
    queryFn: ({ signal }) => callApi<Health>("/notices/health", { signal }),
    refetchInterval: 30_000,
  });
  if (found.error !== null)
    return (
      <Failed
        what={words.load}
        error={found.error}
        retry={() => void found.refetch()}
        kept={found.data !== undefined}
      />
    );
  if (found.data === undefined) return null;
  const { gaps } = found.data;
  const failing = found.data.channels.filter(({ state }) => state === "failing");
  if (gaps.length + failing.length === 0) {
    return (
      <p className="hint" data-testid="notice-health" data-ok="true">
        ✓ {words.good}
      </p>
    );
  }
  return (
    <details className="panel notice-health" data-testid="notice-health" data-ok="false">
      <summary>
        <b>! {words.problems(gaps.length + failing.length)}</b>
      </summary>
      <ul>
        {failing.map(({ id, failures, lastError }) => (
          <li key={id}>
            {words.says.failing(channels.data?.find((each) => each.id === id)?.name ?? id, failures, lastError ?? "")}
          </li>
        ))}
        {gaps.map(({ policy, step, says }) => (
          <li key={`${policy} ${step}`} title={says}>
            {words.says.gap(policies.data?.find(({ id }) => id === policy)?.name ?? policy, step)}
          </li>
        ))}
      </ul>
    </details>
  );
}
