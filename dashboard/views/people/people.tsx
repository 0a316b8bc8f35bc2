// The people who may sign in: administrators add them, change them, draw new passwords, disable and enable them. Nobody is
// removed, for what they did names them.

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { formatLocal } from "#domain/time.ts";
import { callApi } from "../../feed/request.ts";
import { useWords } from "../../i18n/i18n.ts";
import { useApp } from "../app-context.ts";
import { Dialog, Fact } from "../devices/device-frame.tsx";
import { useDeviceWords } from "../devices/device-words.ts";
import { ReasonDialog } from "../devices/reason-dialog.tsx";
import { type GridColumn, RowGrid } from "../devices/row-grid.tsx";
import { Failed, Loading, Notice } from "../panels.tsx";
import { useInterest } from "../use-interest.ts";
import { useUrl } from "../url-state.ts";
import {
  drawPassword,
  type Drawn,
  findPeople,
  type Person,
  setDisabled,
  usePeople,
  usePeopleWords,
} from "./people-data.ts";
import { DrawnPassword, PersonForm } from "./person-form.tsx";
import "../../style/devices.css";
import "../../style/cases.css";

const sitesAsked = "1000";

/** The enterprises that the sites name. */
function useEnterprises(mayAsk: boolean): readonly string[] {
  const found = useQuery({
    queryKey: ["enterprises"],
    queryFn: async ({ signal }) => {
      const names = new Set<string>();
      let cursor: string | null = "";
      while (cursor !== null) {
        const query = new URLSearchParams({ limit: sitesAsked });
        if (cursor !== "") query.set("cursor", cursor);
        const page: {
          readonly items: readonly { readonly enterprise: string | null }[];
          readonly next: string | null;
        } = await callApi(`/sites?${query}`, { signal });
        for (const { enterprise } of page.items) if (enterprise !== null && enterprise !== "") names.add(enterprise);
        cursor = page.next;
      }
      return [...names].toSorted((a, b) => a.localeCompare(b, "zh-CN"));
    },
    enabled: mayAsk,
    staleTime: 60_000,
  });
  return found.data ?? [];
}

export function PeopleView() {
  const words = usePeopleWords();
  const own = useDeviceWords();
  const catalogue = useWords();
  const { user } = useApp();
  const { query, set } = useUrl();
  const client = useQueryClient();
  const isAdmin = user.role === "admin";
  const people = usePeople(isAdmin);
  const enterprises = useEnterprises(isAdmin);
  const [form, setForm] = useState<"add" | "edit" | null>(null);
  const columns = useColumns();
  useInterest("none");
  const text = query.get("q") ?? "";
  const rows = findPeople(people.data ?? [], text);
  const openId = query.get("id");
  const chosen = people.data?.find(({ username }) => username === openId) ?? null;
  const reload = (): void => void client.invalidateQueries({ queryKey: ["people"] });
  if (!isAdmin) return <Notice title={catalogue.state.noPermission} />;
  return (
    <section className="view devices-view people-view" aria-label={words.title}>
      <div className="filters device-tabs">
        <h1>{words.title}</h1>
        <input
          type="search"
          value={text}
          placeholder={words.search}
          aria-label={words.search}
          onChange={(event) => set({ q: event.target.value })}
        />
        <button type="button" className="primary" onClick={() => setForm("add")}>
          {words.add}
        </button>
        <span className="filters-count">{people.data !== undefined && own.listed(String(rows.length))}</span>
      </div>
      {people.error !== null && (
        <Failed
          what={words.load}
          error={people.error}
          retry={() => void people.refetch()}
          kept={people.data !== undefined}
        />
      )}
      <div className="device-body" data-detail={chosen !== null}>
        <div className="panel device-list" data-testid={people.data === undefined ? undefined : "people-listed"}>
          {people.data === undefined && people.error === null && <Loading lines={8} />}
          {people.data !== undefined && rows.length === 0 && <Notice title={words.empty} />}
          {rows.length > 0 && (
            <RowGrid
              label={words.title}
              testId="person-row"
              columns={columns}
              rows={rows}
              keyOf={(row) => row.username}
              stateOf={(row) => (row.disabled === true ? "disabled" : "active")}
              openKey={openId}
              isFollowing={chosen !== null}
              open={(row) => set({ id: row.username })}
              leave={() => set({ id: null })}
            />
          )}
        </div>
        {chosen !== null && (
          <PersonDetail
            key={chosen.username}
            person={chosen}
            close={() => set({ id: null })}
            edit={() => setForm("edit")}
            reload={reload}
          />
        )}
      </div>
      <p className="hint">{words.keys}</p>
      {form !== null && (form === "add" || chosen !== null) && (
        <PersonForm
          person={form === "add" ? null : chosen}
          enterprises={enterprises}
          close={() => setForm(null)}
          saved={reload}
        />
      )}
    </section>
  );
}

function useColumns(): readonly GridColumn<Person>[] {
  const words = usePeopleWords();
  const catalogue = useWords();
  const { user } = useApp();
  const { columns } = words;
  return [
    {
      name: "name",
      head: columns.name,
      width: "minmax(140px, 3fr)",
      cell: (row) => (
        <>
          <b>{row.displayName}</b> {row.username === user.username && <span className="chip">{words.me}</span>}
        </>
      ),
    },
    { name: "username", head: columns.username, width: "minmax(110px, 2fr)", cell: (row) => row.username },
    {
      name: "role",
      head: columns.role,
      width: "minmax(90px, 1fr)",
      title: (row) => words.roleSays[row.role],
      cell: (row) => catalogue.user.role[row.role] ?? row.role,
    },
    {
      name: "enterprise",
      head: columns.enterprise,
      width: "minmax(120px, 3fr)",
      title: (row) => row.enterprise ?? undefined,
      cell: (row) => row.enterprise ?? "",
    },
    {
      name: "signedIn",
      head: columns.signedIn,
      width: "minmax(150px, 170px)",
      cell: (row) => (row.signedInAt === null ? words.never : formatLocal(Date.parse(row.signedInAt)).slice(0, 16)),
    },
    {
      name: "state",
      head: columns.state,
      width: "minmax(90px, 110px)",
      cell: (row) => (row.disabled === true ? <b>⊘ {words.disabled}</b> : words.active),
    },
  ];
}

interface DetailProps {
  readonly person: Person;
  readonly close: () => void;
  readonly edit: () => void;
  readonly reload: () => void;
}

function PersonDetail({ person, close, edit, reload }: DetailProps) {
  const words = usePeopleWords();
  const own = useDeviceWords();
  const catalogue = useWords();
  const [asked, setAsked] = useState<"password" | "state" | null>(null);
  const [drawn, setDrawn] = useState<Drawn | null>(null);
  const isDisabled = person.disabled === true;
  const name = `${person.displayName} (${person.username})`;
  return (
    <aside className="panel device-detail" aria-label={words.detail} data-testid="person-detail">
      <div className="panel-head">
        <h2>{person.displayName}</h2>
        <button type="button" onClick={close}>
          {own.close}
        </button>
      </div>
      <div className="detail-scroll">
        <dl className="device-facts">
          <Fact name={words.columns.username}>{person.username}</Fact>
          <Fact name={words.columns.role}>
            {catalogue.user.role[person.role] ?? person.role}{" "}
            <span className="hint">{words.roleSays[person.role]}</span>
          </Fact>
          {person.role === "enterprise" && <Fact name={words.columns.enterprise}>{person.enterprise ?? "—"}</Fact>}
          <Fact name={words.columns.state}>{isDisabled ? <b>⊘ {words.disabled}</b> : words.active}</Fact>
        </dl>
        <p className="device-buttons">
          <button type="button" onClick={edit}>
            {words.edit}
          </button>
          <button type="button" onClick={() => setAsked("password")}>
            {words.newPassword}
          </button>
          <button type="button" onClick={() => setAsked("state")}>
            {isDisabled ? words.enable : words.disable}
          </button>
        </p>
        {person.role === "admin" && <p className="hint">{words.lastAdmin}</p>}
      </div>
      {asked === "password" && (
        <ReasonDialog
          title={words.newPassword}
          says={words.newPasswordSays(name)}
          submit={words.newPassword}
          what={words.newPassword}
          close={() => setAsked(null)}
          act={async (reason) => {
            const made = await drawPassword(person.username, reason);
            setAsked(null);
            setDrawn(made);
          }}
        />
      )}
      {asked === "state" && (
        <ReasonDialog
          title={isDisabled ? words.enable : words.disable}
          says={isDisabled ? words.enableSays(name) : words.disableSays(name)}
          submit={isDisabled ? words.enable : words.disable}
          what={words.failed}
          close={() => setAsked(null)}
          act={async (reason) => {
            await setDisabled(person.username, !isDisabled, reason);
            setAsked(null);
            reload();
          }}
        />
      )}
      {drawn !== null && (
        <Dialog title={words.drawn} close={() => setDrawn(null)}>
          <DrawnPassword drawn={drawn} close={() => setDrawn(null)} />
        </Dialog>
      )}
    </aside>
  );
}
