// One thing of each kind that only the database can make quickly, for another tenant's account.
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** The public id of a row. */
export function idOf(prefix, key) {
	let text = '';

	for (let n = BigInt(key); text.length < 13; n /= 32n) text = DIGITS[Number(n % 32n)] + text;
	return `${prefix}_${text}`;
}

/** Ids by the name of the path's variable; the account's main member is whom they are about. */
export function makeThings(stack, account, canary) {
	const one = (text) => stack.sql(text).flat().join('').trim();
	const [number] = one(`SELECT id FROM account WHERE name = '${account}'`).split('\n');
	const mem = one(`SELECT MAX(id) FROM membership WHERE account_id = ${number}`);
	const per = one(`SELECT person_id FROM membership WHERE id = ${mem}`);
	const made = (table, columns, values) => {
		stack.sql(`INSERT INTO ${table} (${columns}) VALUES (${values})`);
		return one(`SELECT MAX(id) FROM ${table}`);
	};
	const hash = `UNHEX(SHA2('${canary}', 256))`;
	const rol = made('role', 'owner_account_id, name, base, created_at, created_by_label, updated_at',
		`${number}, '${canary} role', '', NOW(6), '${canary}', NOW(6)`);
	const sup = made('support_grant', 'account_id, operator_id, operator_label, operator_membership_id, target_membership_id, reason, minutes, state, created_at',
		`${number}, 1, '${canary}', 1, ${mem}, '${canary}', 60, 'requested', NOW(6)`);

	return {
		mem: idOf('mem', mem), per: idOf('per', per), rol: idOf('rol', rol), sup: idOf('sup', sup),
		inv: idOf('inv', made('invitation', 'account_id, email, first_name, last_name, language, role_id, kind, token_hash, sent_at, expires_at, sent_day, invited_by, invited_by_membership_id, invited_by_label, created_at',
			`${number}, '${canary}@example.org', '${canary}', 'X', 'en', ${rol}, 'staff', ${hash}, NOW(6), NOW(6) + INTERVAL 1 DAY, CURDATE(), 1, 1, '${canary}', NOW(6)`)),
		key: idOf('key', made('api_key', 'person_id, membership_id, scope_account_id, name, token_hash, hint, permissions, expires_at, created_at',
			`${per}, ${mem}, ${number}, '${canary} key', ${hash}, 'abcdef', 'account.view', NOW(6) + INTERVAL 1 DAY, NOW(6)`)),
		ses: idOf('ses', made('session', 'token_hash, person_id, membership_id, scope_account_id, created_at, last_seen_at, expires_at, ip, user_agent',
			`${hash}, ${per}, ${mem}, ${number}, NOW(6), NOW(6), NOW(6) + INTERVAL 1 HOUR, '192.0.2.1', '${canary}'`)),
		reg: idOf('reg', made('registration', 'parent_account_id, email, name, language, state, created_at',
			`${number}, '${canary}@example.com', '${canary}', 'en', 'pending', NOW(6)`)),
		vis: idOf('vis', made('visit', 'grant_id, operator_id, operator_label, operator_hash, membership_id, may_write, started_at, expires_at',
			`${sup}, 1, '${canary}', ${hash}, ${mem}, 0, NOW(6), NOW(6) + INTERVAL 1 HOUR`)),
		fld: idOf('fld', made('custom_field', 'account_id, field_key, label, type, position, created_at, updated_at',
			`${number}, 'canary', '${canary} field', 'text', 1, NOW(6), NOW(6)`)),
		mai: idOf('mai', made('mail', 'account_id, kind, locale, to_address, state, created_at',
			`${number}, 'test', 'en', '${canary}@example.net', 'failed', NOW(6)`)),
	};
}
