//! The faults of an input of any length, in bounded memory.

use super::{Fault, MAX_FAULTS, Problem, ProblemKind};

/// The first faults of an input, at most [`MAX_FAULTS`], and the number of all. Whoever reads input of unbounded length
/// collects its faults in this type.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FaultList {
    first: Vec<Fault>,
    count: usize,
}

impl FaultList {
    /// Adds a fault.
    pub fn add(&mut self, fault: Fault) {
        self.add_with(|| fault);
    }

    /// Adds a fault, which is made only if it is listed.
    pub fn add_with(&mut self, fault: impl FnOnce() -> Fault) {
        self.count += 1;
        if self.first.len() < MAX_FAULTS {
            self.first.push(fault());
        }
    }

    /// Adds the faults of another list.
    pub fn append(&mut self, other: Self) {
        self.count += other.count;
        let room = MAX_FAULTS - self.first.len();
        self.first.extend(other.first.into_iter().take(room));
    }

    /// Lists only the first `most` faults. The others are counted only.
    pub fn truncate(&mut self, most: usize) {
        self.first.truncate(most);
        self.first.shrink_to_fit();
    }

    /// Removes the listed faults that match.
    pub fn remove_if(&mut self, matches: impl Fn(&Fault) -> bool) {
        let before = self.first.len();
        self.first.retain(|fault| !matches(fault));
        self.count -= before - self.first.len();
    }

    /// Returns the list with each listed fault changed.
    #[must_use]
    pub fn map(self, change: impl FnMut(Fault) -> Fault) -> Self {
        Self { first: self.first.into_iter().map(change).collect(), count: self.count }
    }

    /// Returns the listed faults.
    pub fn first(&self) -> &[Fault] {
        &self.first
    }

    /// Returns the number of all faults.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Returns true if there is no fault.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Returns a problem of a kind that lists the faults.
    pub fn into_problem(self, kind: ProblemKind) -> Problem {
        Problem::with_first_faults(kind, self.first, self.count)
    }
}

impl FromIterator<Fault> for FaultList {
    fn from_iter<I: IntoIterator<Item = Fault>>(faults: I) -> Self {
        let mut list = Self::default();
        faults.into_iter().for_each(|fault| list.add(fault));
        list
    }
}

impl From<Fault> for FaultList {
    fn from(fault: Fault) -> Self {
        Self::from_iter([fault])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(at: usize) -> Fault {
        Fault::body(format!("/{at}"), "required", "It is required.")
    }

    #[test]
    fn the_first_500_faults_are_listed_and_all_are_counted() {
        let mut list: FaultList = (0..499).map(fault).collect();
        list.append((0..1000).map(fault).collect());
        list.add_with(|| panic!("the fault is not listed"));
        assert_eq!((list.first().len(), list.count()), (MAX_FAULTS, 1500));
        assert_eq!(list.first()[499], fault(0));
        let problem = list.into_problem(ProblemKind::Invalid);
        assert_eq!((problem.faults().len(), problem.faults_count()), (MAX_FAULTS, 1500));
        assert_eq!(problem.detail(), "The request has 1500 faults; `errors` lists the first 500.");
    }

    #[test]
    fn faults_are_removed_and_shortened_with_their_count() {
        let mut list: FaultList = (0..10).map(fault).collect();
        list.remove_if(|fault| fault.pointer == "/3");
        assert_eq!((list.first().len(), list.count()), (9, 9));
        list.truncate(2);
        assert_eq!((list.first().len(), list.count(), list.is_empty()), (2, 9, false));
    }
}
