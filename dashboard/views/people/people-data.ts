// What the screen of people asks the server for, and how it changes them.

import { useQuery } from "@tanstack/react-query";
import { callApi } from "../../feed/request.ts";
import { peopleEn } from "../../i18n/people-en.ts";
import { peopleZh } from "../../i18n/people-zh.ts";
import { createWords } from "../../i18n/i18n.ts";

export const usePeopleWords = createWords(peopleZh, peopleEn);

export const personRoles = ["viewer", "operator", "admin", "enterprise"] as const;
export type PersonRole = (typeof personRoles)[number];

export interface Person {
  readonly username: string;
  readonly displayName: string;
  readonly role: PersonRole;
  readonly enterprise?: string | null;
  readonly disabled?: boolean;
  readonly signedInAt: string | null;
}

export interface PersonDraft {
  readonly username: string;
  readonly displayName: string;
  readonly role: PersonRole;
  /** Of the role "enterprise" alone. */
  readonly enterprise: string;
}

export interface Drawn {
  readonly user: Pick<Person, "username" | "displayName" | "role">;
  readonly password: string;
}

export function usePeople(mayAsk = true) {
  return useQuery({
    queryKey: ["people"],
    queryFn: async ({ signal }) => (await callApi<{ readonly items: readonly Person[] }>("/users", { signal })).items,
    enabled: mayAsk,
  });
}

const usernamePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Is there enough to send it? */
export function isWholeDraft(draft: PersonDraft): boolean {
  if (!usernamePattern.test(draft.username) || draft.displayName.trim() === "") return false;
  return draft.role !== "enterprise" || draft.enterprise.trim() !== "";
}

function toBody({ displayName, role, enterprise }: PersonDraft) {
  return { displayName: displayName.trim(), role, ...(role === "enterprise" ? { enterprise: enterprise.trim() } : {}) };
}

export function addPerson(draft: PersonDraft, reason: string): Promise<Drawn> {
  const body = { username: draft.username, ...toBody(draft), reason };
  return callApi<Drawn>("/users", { method: "POST", body });
}

const pathOf = (username: string): string => `/users/${encodeURIComponent(username)}`;

export function changePerson(draft: PersonDraft, reason: string): Promise<unknown> {
  return callApi(pathOf(draft.username), { method: "PATCH", body: { ...toBody(draft), reason } });
}

export function setDisabled(username: string, disabled: boolean, reason: string): Promise<unknown> {
  return callApi(pathOf(username), { method: "PATCH", body: { disabled, reason } });
}

export function drawPassword(username: string, reason: string): Promise<Drawn> {
  return callApi<Drawn>(`${pathOf(username)}/password`, { method: "POST", body: { reason } });
}

/** By part of the name, the user name or the enterprise. */
export function findPeople(people: readonly Person[], text: string): readonly Person[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === "") return people;
  return people.filter((each) =>
    [each.username, each.displayName, each.enterprise ?? ""].some((part) => part.toLowerCase().includes(wanted)),
  );
}
