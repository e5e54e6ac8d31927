module.exports = (cents) => Math.floor(cents / 25);
