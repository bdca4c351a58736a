'use strict';
(function () {
	const root = document.documentElement;
	const each = (sel, fn) => document.querySelectorAll(sel).forEach(fn);
	const data = JSON.parse(document.getElementById('data').textContent);

	function language(lang) {
		root.dataset.lang = lang;
		root.lang = lang;
		each('[data-set-lang]', (b) => b.setAttribute('aria-pressed', String(b.dataset.setLang === lang)));
		each('[data-placeholder-' + lang + ']', (e) => {
			e.placeholder = e.getAttribute('data-placeholder-' + lang);
		});
	}
	each('[data-set-lang]', (b) => b.addEventListener('click', () => language(b.dataset.setLang)));
	each('[data-theme-switch]', (b) => b.addEventListener('click', () => {
		const dark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
		root.dataset.theme = dark ? 'light' : 'dark';
	}));
	each('.js-only', (e) => { e.hidden = false; });
	language(root.dataset.lang);

	/* What the filter looks at is the data itself, so that both languages and every place are searched. */
	const words = new Map(data.findings.map((f) => [f.id, JSON.stringify(f).toLowerCase()]));
	const query = document.getElementById('q');
	const severity = document.getElementById('sev');
	const shown = document.getElementById('shown');

	function filter() {
		const q = query.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
		let n = 0;
		each('[data-finding]', (e) => {
			const text = words.get(e.dataset.finding) || '';
			const fits = (!severity.value || Number(e.dataset.severity) >= Number(severity.value)) && q.every((w) => text.includes(w));
			e.hidden = !fits;
			if (fits && e.tagName === 'TR')
				n++;
		});
		if (shown)
			shown.textContent = n + ' / ' + data.findings.length;
	}
	if (query) {
		query.addEventListener('input', filter);
		severity.addEventListener('change', filter);
		filter();
	}

	each('table.sortable th button', (b) => b.addEventListener('click', () => {
		const th = b.closest('th');
		const body = th.closest('table').tBodies[0];
		const at = [...th.parentNode.children].indexOf(th);
		const up = th.getAttribute('aria-sort') !== 'ascending';
		const key = (tr) => tr.children[at].dataset.key || tr.children[at].textContent;
		const rows = [...body.rows].map((tr, i) => [tr, key(tr), i]);
		rows.sort((x, y) => (up ? 1 : -1) * x[1].localeCompare(y[1], undefined, { numeric: true }) || x[2] - y[2]);
		[...th.parentNode.children].forEach((e) => e.removeAttribute('aria-sort'));
		th.setAttribute('aria-sort', up ? 'ascending' : 'descending');
		rows.forEach((r) => body.appendChild(r[0]));
	}));

	/* A link to a finding opens it; on paper everything is open. */
	function follow() {
		const e = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
		if (e && e.tagName === 'DETAILS')
			e.open = true;
	}
	addEventListener('hashchange', follow);
	follow();
	addEventListener('beforeprint', () => each('details', (d) => { d.open = true; }));
}());
