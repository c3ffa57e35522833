// What a role is called, whom it is for, and from which it inherits.
import type { JSX } from 'preact';
import { Panel } from '../kit/bits.tsx';
import { Area, Choice, type Option, Select, Text } from '../kit/field.tsx';
import type { Role } from '../lib/api.types.ts';
import type { Form } from '../lib/form.ts';
import { t } from '../lib/i18n.ts';
import { nameOfRole } from './member-words.tsx';
import type { RoleFields } from './role-fields.ts';

export function RoleDetails(props: { form: Form<RoleFields>; roles: Role[]; off: boolean }): JSX.Element {
	const { form, roles, off } = props;
	const { values, set, errors } = form;
	const parents = roles.filter((role) => role.kind === values.kind || role.id === values.parent_role_id);
	return (
		<Panel title={t('roles.details')}>
			<div class="row2">
				<Text
					name="name"
					label={t('col.name')}
					required={!off}
					disabled={off}
					value={values.name}
					error={errors.name}
					onInput={(value) => set('name', value)}
				/>
				<Select
					name="parent_role_id"
					label={t('roles.parent')}
					disabled={off}
					value={values.parent_role_id}
					error={errors.parent_role_id}
					hint={t('roles.parentHint')}
					options={[['', t('roles.noParent')], ...parents.map((one): Option => [one.id, nameOfRole(one)])]}
					onInput={(value) => set('parent_role_id', value)}
				/>
				<Area
					name="description"
					label={t('roles.description')}
					rows={2}
					disabled={off}
					value={values.description}
					error={errors.description}
					onInput={(value) => set('description', value)}
				/>
				<Choice
					name="kind"
					label={t('user.kind')}
					disabled={off}
					value={values.kind}
					hint={t('roles.kindHint')}
					options={[
						['admin', t('roles.kind-admin')],
						['guard', t('roles.kind-guard')],
					]}
					onInput={(value) => set('kind', value)}
				/>
			</div>
		</Panel>
	);
}
