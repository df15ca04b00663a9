"""Summaries, descriptions and comments in several scripts, derived from a number alone.

The same number gives the same text in every process; nothing is stored.
"""

from __future__ import annotations

from typing import Final

_MASK: Final = (1 << 64) - 1

_SUBJECTS: Final = (
    "checkout page", "nightly import", "invoice PDF", "login with SSO", "search index",
    "mobile app", "price calculator", "audit log", "payment callback", "user picker",
    "\"forgot password\" mail", "CSV export (UTF-8)", "rate limiter", "cache warm-up",
    "order history", "translation bundle", "Kafka consumer", "backup job", "feature flag <beta>",
    "release notes", "on-boarding tour", "VAT report", "stock level API", "health endpoint",
)  # fmt: skip
_ENGLISH: Final = (
    "Fix {} for customers with long names", "{}: time out after 30 s under load",
    "Add metrics to the {}", "Remove dead code from {}", "{} shows the wrong currency",
    "As an operator I want to restart the {} without downtime", "Upgrade libraries of the {}",
    "Document the {} & its limits", "{} fails when the quantity is 0", "Make {} 2x faster 🚀",
    "Don't lose events when the {} is redeployed", "{}: \"unknown error\" on the 31st",
    "Decide what happens to the {} after 2027", "Spike: could the {} be asynchronous?",
)  # fmt: skip
_OTHERS: Final = (
    "Kunde meldet: {} zeigt Umlaute falsch an (äöüß)",
    "Überprüfung der Zugriffsrechte – {}",
    "Ошибка при загрузке: {} не отвечает",
    "Обновить документацию («{}»)",
    "修复 {} 的超时问题",
    "{}:用户无法保存草稿",
    "تحسين أداء {} في ساعات الذروة",
    "L'écran « {} » ne s'affiche pas à l'été",
    "{} no funciona en móviles — ¿por qué?",
    "{} のテストを追加する",
    "Zażółć gęślą jaźń w {}",
    "🔥🔥 {} is down",
)
_PARAGRAPHS: Final = (
    "h3. What happens\nWhen somebody opens the page with more than two hundred entries, the list "
    "stays empty for several seconds and then shows only the first few of them. Scrolling does "
    "not help; a reload does, sometimes.",
    "h3. Steps\n# Sign in as a user without any groups\n# Open the list and sort it by date\n# "
    "Change the time zone in the profile\n# Go back: the order is *wrong* and one row is missing",
    "{code:python}\nfor order in orders:\n    if order.total > limit:\n        queue.put(order)\n"
    "{code}\nThe loop above never looks at cancelled orders, which is why the totals differ.",
    "We talked about this with the support team. They see it about twice a week, mostly on Monday "
    "mornings, and tell people to wait. That is not good enough for the larger customers, who have "
    "started to ask for a date.",
    "||Environment||Version||Seen||\n|staging|2.14.1|yes|\n|production EU|2.13.9|yes|\n|production "
    "APAC|2.13.9|no, but nobody looked closely|",
    "Außerdem: In der deutschen Oberfläche fehlt die Übersetzung für drei Schaltflächen, und das "
    "Datum steht im falschen Format. Das ist kein eigener Fehler, sollte aber gleich mit erledigt "
    "werden, weil dieselbe Stelle angefasst wird.",
    "Как воспроизвести: открыть карточку клиента, изменить адрес и сразу закрыть вкладку. Через "
    "минуту адрес снова старый. В журнале при этом ошибок нет, и мониторинг тоже молчит.",
    "重现步骤:打开客户页面,修改地址后立即关闭标签页。一分钟后地址恢复为旧值。日志里没有任何错误信息,"
    "监控也没有告警。需要在下个版本之前解决。",
    "يظهر الخطأ عند فتح الصفحة لأول مرة بعد تسجيل الدخول فقط، ولا يظهر بعد ذلك. نرجو التحقق من "
    "ذاكرة التخزين المؤقت قبل الإصدار القادم.",
    "*Acceptance criteria*\n- The list is complete for ten thousand entries\n- Nothing takes longer "
    "than one second at the 95th percentile\n- There is a test that fails without the change\n- "
    "The runbook says what to do when the queue is full 📚",
    "Log excerpt:\n{noformat}\n2024-02-29 23:59:58,112 WARN  [pool-7] retrying in 1500 ms "
    "(attempt 3 of 5)\n2024-02-29 23:59:59,998 ERROR [pool-7] gave up: connection reset by peer\n"
    "2024-03-01 00:00:00,001 INFO  [main] rolled over\\n\n{noformat}",
    "Notes from the refinement: we could keep the old behaviour behind a flag for one release. "
    'Costs little, and lets the two teams that rely on it move at their own pace. "Reliable" '
    'beats "clever" here.',
    "See [the design page|https://wiki.example.com/display/ARCH/Queues?pageId=4711&draft=true] and "
    "the thread that led to it. The diagram there is outdated: the third box no longer exists.",
    "Il faudrait aussi vérifier l'écran d'administration : le réglage « durée de conservation » y "
    "accepte encore des valeurs négatives, ce qui vide la corbeille à chaque démarrage.",
    "Out of scope: the reports of last year, and anything that touches the ledger. Those have "
    "issues of their own. Please do not mix them into this one, the last attempt took a quarter.",
    "Impact: {color:red}high{color} for about forty tenants, none for the others. A workaround "
    "exists (turn the preview off), but nobody finds it without being told about it.",
)
_COMMENTS: Final = (
    "Seen again this morning, same stack trace.",
    "I cannot reproduce this on staging. Which browser was it?",
    "[~svc-jenkins]: build #4711 passed, deployed to *staging*.",
    "Готово, можно проверять.",
    "已在测试环境验证,可以发布。",
    "Merged. It goes out with the next release 🎉",
    "Moving this out of the sprint: we wait for the other team's answer.",
)


def mix(seed: int, salt: int) -> int:
    """A number of 44 bits that looks unrelated to `seed` and to other salts."""
    value = (seed ^ (salt * 0x9E3779B97F4A7C15)) & _MASK
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    return value >> 20


def summary(seed: int) -> str:
    """One line; about a third of them are not English."""
    bits = mix(seed, 1)
    patterns = _OTHERS if bits % 10 < 3 else _ENGLISH
    subject = _SUBJECTS[(bits >> 8) % len(_SUBJECTS)]
    return patterns[(bits >> 20) % len(patterns)].format(subject)


def description(seed: int) -> str | None:
    """Some KB of wiki markup with Windows line ends as Jira keeps them; sometimes nothing."""
    bits = mix(seed, 2)
    if bits % 16 == 0:
        return None
    count = 2 + bits % 11
    steps = ((bits >> 6) + index * 7 + index * index for index in range(count))
    return "\r\n\r\n".join(_WINDOWS[step % len(_WINDOWS)] for step in steps)


def comment(seed: int, index: int) -> str:
    return _COMMENTS[mix(seed, 50 + index) % len(_COMMENTS)]


def environment(seed: int) -> str | None:
    bits = mix(seed, 3)
    return f"Linux {5 + bits % 2}.{bits % 19}, Firefox ESR" if bits % 9 == 0 else None


_WINDOWS: Final = tuple(text.replace("\n", "\r\n") for text in _PARAGRAPHS)
