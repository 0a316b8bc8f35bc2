// TLS at the doors: where they listen, whose certificate they show, and whose certificates of devices they take.

import type { Address, SettingRow } from "./settings.ts";

export interface TlsSettings {
  /** Null: no such door. */
  readonly mqttsListen: Address | null;
  readonly hj212sListen: Address | null;
  /** PEM files of certificate and key; null: the own authority issues one. */
  readonly cert: string | null;
  readonly key: string | null;
  /** Further names in the certificate that the own authority issues. */
  readonly names: readonly string[];
  /** PEM file of authorities whose certificates of devices are taken as well; null: none. */
  readonly clientCa: string | null;
  /** PEM file of their revocation lists; null: none. */
  readonly clientCrl: string | null;
}

export const tlsRows: readonly SettingRow[] = [
  { name: "MQTTS_LISTEN", fallback: "", says: "MQTT over TLS, e.g. 0.0.0.0:8883; empty = no such door" },
  { name: "HJ212S_LISTEN", fallback: "", says: "HJ 212 over TLS; empty = no such door" },
  {
    name: "TLS_CERT",
    fallback: "",
    says: "PEM file of the doors' certificate, with its chain; read again when it changes; empty = issued by DATA_DIR/ca",
  },
  { name: "TLS_KEY", fallback: "", says: "PEM file of the key of TLS_CERT" },
  {
    name: "TLS_NAMES",
    fallback: "",
    says: "names and addresses, separated by commas, that devices know the doors by, for a certificate of DATA_DIR/ca",
  },
  {
    name: "TLS_CLIENT_CA",
    fallback: "",
    says: "PEM file of other authorities whose certificates of devices are taken: each may speak for every site",
  },
  { name: "TLS_CLIENT_CRL", fallback: "", says: "PEM file of the revocation lists of TLS_CLIENT_CA" },
];

const nameForm = /^[A-Za-z0-9.:*-]{1,253}$/;

/** `text` answers a setting or its fallback; problems are added to the list. */
export function parseTls(
  text: (name: string) => string,
  parseAddress: (text: string) => Address | null,
  problems: string[],
): TlsSettings {
  const given = (name: string): string | null => (text(name) === "" ? null : text(name));
  const address = (name: string): Address | null => {
    const value = given(name);
    const parsed = value === null ? null : parseAddress(value);
    if (value !== null && parsed === null) problems.push(`${name}=${value}: must be HOST:PORT, e.g. 0.0.0.0:8883`);
    return parsed;
  };
  const names = text("TLS_NAMES")
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  for (const name of names)
    if (!nameForm.test(name)) problems.push(`TLS_NAMES: "${name}" is neither a host name nor an address`);
  if ((given("TLS_CERT") === null) !== (given("TLS_KEY") === null))
    problems.push("TLS_CERT and TLS_KEY belong together: set both or none");
  if (given("TLS_CLIENT_CRL") !== null && given("TLS_CLIENT_CA") === null)
    problems.push("TLS_CLIENT_CRL needs TLS_CLIENT_CA: the authorities that have signed it");
  return {
    mqttsListen: address("MQTTS_LISTEN"),
    hj212sListen: address("HJ212S_LISTEN"),
    cert: given("TLS_CERT"),
    key: given("TLS_KEY"),
    names,
    clientCa: given("TLS_CLIENT_CA"),
    clientCrl: given("TLS_CLIENT_CRL"),
  };
}
