// A second person agrees on the spot: name and password beside the one who is signed in. Tried as a sign-in is, with the same end
// to guessing; nothing of it is kept, logged or journaled but the name.

import { isAtLeast } from "../auth.ts";
import { Problem } from "../problem.ts";
import type { PasswordCheck } from "../routes/session.ts";

export interface SecondPerson {
  readonly username: string;
  readonly password: string;
}

/** The name of the second person. Throws "second-person-refused" or "too-many-attempts". */
export async function checkSecondPerson(
  check: PasswordCheck,
  first: string,
  address: string,
  { username, password }: SecondPerson,
  role: "operator" | "admin" = "operator",
): Promise<string> {
  if (username === first) throw new Problem("second-person-refused", "the second person is the first one again");
  const user = await check(username, password, address).catch((error: unknown) => {
    // The first person stays signed in: this is no 401.
    if (!(error instanceof Problem) || error.code !== "wrong-password") throw error;
    throw new Problem("second-person-refused", "the name or the password of the second person is wrong");
  });
  if (!isAtLeast(user.role, role))
    throw new Problem("second-person-refused", `${user.username} may not agree to this: that takes the role ${role}`);
  return user.username;
}
