// What somebody of a plant needs to enter marks: the own enterprise and its sites with what they measure. Nobody else's.

import * as z from "zod";
import type { Rooms } from "../parts.ts";
import { Problem } from "../problem.ts";
import { defineRoute, type Route } from "../route.ts";

export function showEnterprise(rooms: Rooms): Route {
  return defineRoute({
    method: "get",
    path: "/api/v1/enterprise",
    summary: "For people of a plant: the own enterprise and its sites",
    access: "viewer",
    enterprises: true,
    replies: {
      200: {
        says: "the enterprise of whoever asks",
        schema: z.object({
          enterprise: z.string(),
          sites: z.array(
            z.object({
              id: z.string(),
              name: z.string(),
              kind: z.string(),
              city: z.string(),
              factors: z.array(z.string()),
            }),
          ),
        }),
      },
    },
    run({ user }) {
      if (user.role !== "enterprise" || user.enterprise === undefined)
        throw new Problem("not-allowed", "this call is for people of a plant");
      const own = rooms.memory.sites().filter(({ enterprise }) => enterprise === user.enterprise);
      const sites = own.map(({ id, name, kind, city, factors }) => ({ id, name, kind, city, factors: [...factors] }));
      return { status: 200, body: { enterprise: user.enterprise, sites } };
    },
  });
}
