// Labelled fields. An error stands at its field and is tied to it; a field that
// billing set shows a lock and the event that set it.
import type { ComponentChildren, JSX } from 'preact';
import { useId } from 'preact/hooks';
import { t } from '../lib/i18n.ts';
import { Icon } from './icon.tsx';

export interface Common {
	label: string;
	name: string;
	error?: string | undefined;
	hint?: ComponentChildren;
	required?: boolean | undefined;
	locked?: ComponentChildren;
	disabled?: boolean | undefined;
	class?: string | undefined;
}

export function Frame(props: Common & { id: string; children: ComponentChildren }): JSX.Element {
	const { id, label, error, hint, locked, required } = props;
	return (
		<div class={`field${error ? ' wrong' : ''}${props.class ? ` ${props.class}` : ''}`}>
			<span class="field-top">
				<label for={id}>{label}</label>
				{required && !locked && <span class="field-need">{t('field.required')}</span>}
				{locked}
			</span>
			{props.children}
			{error && (
				<span class="field-error" id={`${id}-e`}>
					<Icon name="circle-alert" size={14} /> {error}
				</span>
			)}
			{hint && !error && (
				<span class="field-hint" id={`${id}-h`}>
					{hint}
				</span>
			)}
		</div>
	);
}

export function aria(props: Common, id: string): object {
	const by = props.error ? `${id}-e` : props.hint ? `${id}-h` : undefined;
	return {
		id,
		name: props.name,
		'aria-invalid': props.error ? true : undefined,
		'aria-describedby': by,
		'aria-required': props.required || undefined,
		readOnly: props.locked ? true : undefined,
		disabled: props.disabled,
	};
}

interface TextProps extends Common {
	value: string;
	onInput: (value: string) => void;
	type?: 'text' | 'email' | 'tel' | 'password' | 'datetime-local' | 'date' | 'search';
	autocomplete?: string;
	placeholder?: string;
	inputMode?: 'decimal' | 'numeric';
	autofocus?: boolean;
	list?: readonly string[];
	maxLength?: number;
}

export function Text(props: TextProps): JSX.Element {
	const id = useId();
	return (
		<Frame {...props} id={id}>
			<input
				{...aria(props, id)}
				class="input"
				type={(props.type ?? 'text') as 'text'}
				value={props.value}
				onInput={(event) => props.onInput(event.currentTarget.value)}
				autocomplete={props.autocomplete ?? 'off'}
				placeholder={props.placeholder}
				inputMode={props.inputMode}
				autofocus={props.autofocus}
				maxLength={props.maxLength}
				spellcheck={false}
				{...(props.list ? { list: `${id}-l` } : {})}
			/>
			{props.list && (
				<datalist id={`${id}-l`}>
					{props.list.map((one) => (
						<option key={one} value={one} />
					))}
				</datalist>
			)}
		</Frame>
	);
}

export function Area(
	props: Common & { value: string; onInput: (value: string) => void; rows?: number },
): JSX.Element {
	const id = useId();
	return (
		<Frame {...props} id={id}>
			<textarea
				{...aria(props, id)}
				class="input"
				rows={props.rows ?? 3}
				value={props.value}
				onInput={(event) => props.onInput(event.currentTarget.value)}
			/>
		</Frame>
	);
}

export type Option = [value: string, label: string];

export function Select(
	props: Common & { value: string; options: readonly Option[]; onInput: (value: string) => void },
): JSX.Element {
	const id = useId();
	return (
		<Frame {...props} id={id}>
			<span class="select">
				<select
					{...aria(props, id)}
					class="input"
					value={props.value}
					disabled={props.disabled || Boolean(props.locked)}
					onInput={(event) => props.onInput(event.currentTarget.value)}
				>
					{props.options.map(([value, label]) => (
						<option key={value} value={value}>
							{label}
						</option>
					))}
				</select>
				<Icon name="chevron-down" />
			</span>
		</Frame>
	);
}

export function Check(props: Common & { value: boolean; onInput: (value: boolean) => void }): JSX.Element {
	const id = useId();
	return (
		<div class={`field check${props.class ? ` ${props.class}` : ''}`}>
			<input
				{...aria(props, id)}
				type="checkbox"
				checked={props.value}
				disabled={props.disabled || Boolean(props.locked)}
				onInput={(event) => props.onInput(event.currentTarget.checked)}
			/>
			<label for={id}>{props.label}</label>
			{props.locked}
			{props.hint && (
				<span class="field-hint" id={`${id}-h`}>
					{props.hint}
				</span>
			)}
		</div>
	);
}

/** A choice of few, all of them seen: radio buttons drawn as one row. */
export function Choice(
	props: Common & { value: string; options: readonly Option[]; onInput: (value: string) => void },
): JSX.Element {
	const id = useId();
	return (
		<fieldset class={`field choice${props.class ? ` ${props.class}` : ''}`}>
			<legend>{props.label}</legend>
			<div class="segments">
				{props.options.map(([value, label]) => (
					<label key={value} class="segment">
						<input
							type="radio"
							name={`${id}${props.name}`}
							value={value}
							checked={props.value === value}
							disabled={props.disabled}
							onInput={() => props.onInput(value)}
						/>
						<span>{label}</span>
					</label>
				))}
			</div>
			{props.hint && <span class="field-hint">{props.hint}</span>}
		</fieldset>
	);
}
