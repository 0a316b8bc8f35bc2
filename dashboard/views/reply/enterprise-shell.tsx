// The frame of an enterprise's pages: its cases, one case, the own account, signing out. No live line, no alarms, nothing of
// others: the server shows an enterprise nothing else.

import { Suspense, useEffect } from "react";
import { Link, Redirect, Route, Switch } from "wouter";
import { profileEn } from "../../i18n/system-wall-en.ts";
import { profileZh } from "../../i18n/system-wall-zh.ts";
import { createWords } from "../../i18n/i18n.ts";
import { Boundary } from "../boundary.tsx";
import { LanguageToggle } from "../language-toggle.tsx";
import { Loading } from "../panels.tsx";
import { PasswordForm } from "../profile/password-form.tsx";
import { useUrl } from "../url-state.ts";
import { EnterpriseContext, type EnterpriseUser, useReplyWords } from "./reply-data.ts";
import { ReplyCaseView } from "./reply-case.tsx";
import { ReplyView } from "./reply.tsx";
import "../../style/system.css";
import "../../style/reply.css";

const useProfileWords = createWords(profileZh, profileEn);

interface ShellProps {
  readonly user: EnterpriseUser;
  readonly signOut: () => void;
}

export function EnterpriseShell({ user, signOut }: ShellProps) {
  const words = useReplyWords();
  const { href, path } = useUrl();
  useEffect(() => {
    document.title = `${words.title} · ${words.product}`;
  }, [words]);
  return (
    <EnterpriseContext value={user}>
      <div className="shell reply-shell" data-testid="enterprise-shell">
        <header className="header reply-header">
          <span className="brand">{words.product}</span>
          <nav aria-label={words.nav}>
            <Link href={href("/reply")} aria-current={path.startsWith("/reply") ? "page" : undefined}>
              {words.title}
            </Link>
            <Link href={href("/me")} aria-current={path === "/me" ? "page" : undefined}>
              {words.me}
            </Link>
          </nav>
          <span className="reply-who">
            {user.displayName}
            {user.enterprise !== null && user.enterprise !== undefined && ` · ${user.enterprise}`}
          </span>
          <LanguageToggle />
          <button type="button" onClick={signOut}>
            {words.signOut}
          </button>
        </header>
        <main id="content" tabIndex={-1}>
          <Boundary key={path}>
            <Suspense fallback={<Loading />}>
              <Switch>
                <Route path="/reply">
                  <ReplyView />
                </Route>
                <Route path="/reply/:id">{({ id }) => <ReplyCaseView params={{ id: decodeURIComponent(id) }} />}</Route>
                <Route path="/me">
                  <Profile user={user} />
                </Route>
                <Route>
                  <Redirect to={href("/reply")} replace />
                </Route>
              </Switch>
            </Suspense>
          </Boundary>
        </main>
      </div>
    </EnterpriseContext>
  );
}

function Profile({ user }: { readonly user: EnterpriseUser }) {
  const { profile: words } = useReplyWords();
  const shared = useProfileWords();
  return (
    <section className="view reply-view profile-view" aria-label={words.title}>
      <h1>{words.title}</h1>
      <section className="panel reply-panel">
        <dl className="device-facts">
          <div>
            <dt>{words.name}</dt>
            <dd>{user.displayName}</dd>
          </div>
          <div>
            <dt>{words.username}</dt>
            <dd>{user.username}</dd>
          </div>
          <div>
            <dt>{words.enterprise}</dt>
            <dd>{user.enterprise ?? "—"}</dd>
          </div>
        </dl>
        <p className="hint">{words.help}</p>
      </section>
      <section className="panel reply-panel" aria-labelledby="reply-password">
        <h2 id="reply-password">{shared.password}</h2>
        <PasswordForm words={shared} username={user.username} />
      </section>
    </section>
  );
}
