// Starts the page: style, error boundary, query cache, application.

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createRoot } from "react-dom/client";
import { ApiProblem } from "./feed/request.ts";
import { App } from "./views/app.tsx";
import { Boundary } from "./views/boundary.tsx";
import { findScreen } from "./views/routes.ts";
import "./style/tokens.css";
import "./style/base.css";
import "./style/frame.css";
import "./style/pages.css";
import "./style/alarms.css";
import "./style/alarm-rows.css";

const client = new QueryClient({
  defaultOptions: {
    queries: {
      // Refusals do not get better by asking again; the world may.
      retry: (count, error) => count < 2 && error instanceof ApiProblem && error.retryable,
      staleTime: 10_000,
      // A control room without the internet, or a machine that is its own server, counts as "offline" for the browser.
      networkMode: "always",
      refetchOnWindowFocus: false,
    },
  },
});

// The code of the screen comes while the first data does.
void findScreen(location.pathname === "/" ? "/overview" : location.pathname)?.load();

const root = document.getElementById("root");
if (root === null) throw new Error("index.html lacks its root element");
createRoot(root).render(
  <Boundary>
    <QueryClientProvider client={client}>
      <App />
    </QueryClientProvider>
  </Boundary>,
);
