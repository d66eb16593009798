-- Who asks: the scope that the service sets for one transaction, as row security reads it.

-- The areas of the caller's token.
create function scope_areas() returns text[] stable language sql
    return string_to_array(nullif(current_setting('section55.areas', true), ''), ',');

-- The sides of the caller: 'policing_body', 'force', 'audit'.
create function scope_sides() returns text[] stable language sql
    return string_to_array(nullif(current_setting('section55.sides', true), ''), ',');

create function scope_registrar() returns boolean stable language sql
    return coalesce(current_setting('section55.registrar', true) = 'on', false);

-- A digest of the caller, for stored responses.
create function scope_caller() returns text stable language sql
    return nullif(current_setting('section55.caller', true), '');

-- The identity of the caller, as person_key makes it.
create function scope_person() returns text stable language sql
    return nullif(current_setting('section55.person', true), '');

-- True when this transaction records what it reads. OFFICIAL-SENSITIVE evidence is visible only then.
create function scope_audited() returns boolean stable language sql
    return coalesce(current_setting('section55.recorded', true) = 'on', false);

-- The scope as each query states it. Independent of row security, so that either layer holds alone.
create function in_scope(area text, scope text[]) returns boolean immutable language sql
    return area = any (scope);
