-- Evidence that waits for somebody: the list of tasks finds the few items of an area that wait among all of its items.

create index evidence_waiting_in_an_area on evidence (area)
    where disposed_at is null
          and (state in ('submitted', 'changes_requested') or lowering_at is not null and state <> 'withdrawn');

-- The same for imported positions and disposals.
create index imported_positions_proposed on imported_positions (area) where state = 'proposed';
create index disposals_proposed on disposals (area) where state = 'proposed';
