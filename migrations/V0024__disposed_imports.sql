-- An import whose response was disposed of: its texts and its file are gone, and the row stays.

alter table import_proposals add column disposed_at timestamptz;
